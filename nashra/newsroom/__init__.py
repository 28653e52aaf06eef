"""The newsroom's own articles, curation, branding, site feeds."""
