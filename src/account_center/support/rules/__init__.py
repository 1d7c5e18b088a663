"""Pure decisions of the support room: states, materials, remedies."""
