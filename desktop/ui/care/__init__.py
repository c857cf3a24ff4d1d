"""What the window has for the safety of the history: the restore screen, and what can be done about damage."""
