"""活用状況: the page that shows a department's figures, and the dialog that hands one's own on."""
