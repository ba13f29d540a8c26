"""The yardstick's page: 15 fields by WTForms and Jinja, about 10 KiB, made like a common form page."""

from __future__ import annotations

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Survey</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/form.css">
</head>
<body class="survey">
<a class="skip" href="#content">Skip to the questions</a>
<header class="top"><div class="width"><a href="/">Survey</a></div></header>
<main id="content" class="width">
<h1 class="heading">How was it for you?</h1>
{% if form.errors %}
<div class="faults" role="alert"><h2>Please look at these</h2><ul>
{% for field in form if field.errors %}
<li><a href="#{{ field.id }}">{{ field.errors[0] }}</a></li>
{% endfor %}
</ul></div>
{% endif %}
<form method="post" novalidate>
{{ form.csrf_token }}
{% for field in form if field.name != "csrf_token" %}
<div class="question{% if field.errors %} question--fault{% endif %}">
{% if field.type in ("RadioField", "SelectMultipleField") %}
<fieldset class="question__set" aria-describedby="{{ field.id }}-hint">
<legend class="question__legend">{{ field.label.text }}</legend>
<div id="{{ field.id }}-hint" class="question__hint">Choose what comes nearest.</div>
{% for choice in field.choices %}
<div class="choice"><input class="choice__mark" id="{{ field.id }}-{{ loop.index }}" name="{{ field.name }}"
 type="{{ 'radio' if field.type == 'RadioField' else 'checkbox' }}" value="{{ choice.value }}"
{% if field.data == choice.value %} checked{% endif %}>
<label class="choice__label" for="{{ field.id }}-{{ loop.index }}">{{ choice.label }}</label></div>
{% endfor %}
</fieldset>
{% else %}
{{ field.label(class="question__label") }}
<div id="{{ field.id }}-hint" class="question__hint">You can leave this empty.</div>
{% if field.errors %}<p class="question__fault">{{ field.errors[0] }}</p>{% endif %}
{{ field(class="question__box") }}
{% endif %}
</div>
{% endfor %}
<button class="button" type="submit">Send</button>
</form>
</main>
<footer class="foot"><div class="width">What you send is kept with care.</div></footer>
</body>
</html>
"""
