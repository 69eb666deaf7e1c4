"""Renders the invented publication into every form of Medium's. Standard library only, no fonds inside."""
