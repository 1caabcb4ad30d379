"""Claims and what belongs to them, published by a flag on the row."""

from django.db import models

RATINGS = ["true", "mostly_true", "half_true", "mostly_false", "false", "unproven"]


class Topic(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    label_en = models.CharField(max_length=120)
    label_fr = models.CharField(max_length=120)

    class Meta:
        ordering = ["label_en"]

    def __str__(self):
        return self.label_en


class Claimant(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200)

    class Meta:
        ordering = ["name_en"]

    def __str__(self):
        return self.name_en


class Document(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300)
    published = models.CharField(max_length=40)

    class Meta:
        ordering = ["title_en"]

    def __str__(self):
        return self.title_en


class Source(models.Model):
    url = models.URLField(max_length=2000, unique=True)
    publisher = models.CharField(max_length=300)
    title = models.CharField(max_length=500)

    def __str__(self):
        return self.title


class Claim(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    claimant = models.ForeignKey(Claimant, on_delete=models.PROTECT)
    topics = models.ManyToManyField(Topic)
    statement_en = models.TextField()
    statement_fr = models.TextField()
    summary_en = models.TextField()
    summary_fr = models.TextField()
    explanation_en = models.TextField()
    explanation_fr = models.TextField()
    rating = models.CharField(
        max_length=40, blank=True, db_index=True, choices=[(slug, slug) for slug in RATINGS]
    )
    is_published = models.BooleanField(default=False, db_index=True)
    published_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["-published_at"]

    def __str__(self):
        return self.statement_en

    def get_absolute_url(self):
        return f"/claims/{self.slug}/"


class Quote(models.Model):
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="quotes")
    language = models.CharField(max_length=2)
    exact = models.TextField()

    def __str__(self):
        return self.exact


class Evidence(models.Model):
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    stance = models.CharField(max_length=20)
    finding_en = models.TextField()
    finding_fr = models.TextField()
    excerpt = models.TextField(blank=True)

    def __str__(self):
        return self.finding_en
