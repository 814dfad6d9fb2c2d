"""Letters: how wide words are in the fonts of page and workbook, and how they are written into a drawing."""
