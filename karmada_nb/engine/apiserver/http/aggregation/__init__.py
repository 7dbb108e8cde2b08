"""The aggregation layer: groups and versions of which an APIService says that another server has them."""
