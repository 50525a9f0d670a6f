"""What people and programs see of the service: pages and the JSON API."""
