"""A printed table as it is read: numbers, roles of columns, times."""
