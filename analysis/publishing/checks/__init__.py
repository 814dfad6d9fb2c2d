"""Built reports held to the rules of pages, in a browser too."""
