"""Which node a pod goes to: filter, score, choose, bind. The decisions are pure functions."""
