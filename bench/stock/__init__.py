"""The same archive as one would build it with Django and nothing else: what ours is measured by.

Live rows with a flag, Paginator, icontains, django-filter, a plain ModelAdmin.
"""
