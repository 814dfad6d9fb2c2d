"""The whole chain, from what a publisher has new to reports that say it: what ``attrition update`` does."""
