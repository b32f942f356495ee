"""Knowledge from web pages: fetched safely, read page by page into documents, and read again."""
