"""What readers get: editions, composed, chained, filed and verified."""
