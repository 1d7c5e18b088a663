"""What the sandbox sends over the network."""
