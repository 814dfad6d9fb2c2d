"""What the speed figures in the documentation come from. Each module has a main(); none is run by the tests."""
