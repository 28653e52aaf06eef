"""Pages that combine apps: views and composition, no rules of their own."""
