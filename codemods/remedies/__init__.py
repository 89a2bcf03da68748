"""One module per remedy, named after the fault it repairs. Adding a module here is all it takes."""
