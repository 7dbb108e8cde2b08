"""What every controller stands on: the clock, clients, informers, work queues and the manager."""
