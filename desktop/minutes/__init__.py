"""From the record of a meeting to what its minutes must hold: who speaks, what is decided, who does what by when."""
