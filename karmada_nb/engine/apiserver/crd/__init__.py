"""CustomResourceDefinitions: from the object that defines a resource to the resource that is served."""
