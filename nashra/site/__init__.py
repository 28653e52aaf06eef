"""What meets the outside and what combines apps: settings, addresses, command line, pages, templates."""
