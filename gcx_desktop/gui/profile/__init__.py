"""The profile of the selected record: all endpoints of a model that has several."""
