"""Papers to print, sign and seal: a page of a browser and a PDF are made of the same content."""
