"""The web service: encounters with simulated patients, their marking, and the people who use them."""
