//! The arguments of a tool: one list says what they are, and both the schema that clients read and the check of what they
//! send follow from it. Pure.

use serde_json::{Map, Value, json};

use crate::foundation::{FieldErrors, Result};

/// An argument.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub about: &'static str,
    pub kind: Kind,
    pub is_needed: bool,
}

/// What an argument is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Words of at most so many characters.
    Text(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// At most so many texts of at most so many characters each.
    Texts(usize, usize),
}

impl Field {
    /// One that must be there.
    pub const fn needed(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, about, kind, is_needed: true }
    }

    /// One that may be left out.
    pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, about, kind, is_needed: false }
    }

    fn schema(&self) -> Value {
        let mut schema = match self.kind {
            Kind::Text(most) if self.is_needed => {
                json!({ "type": "string", "minLength": 1, "maxLength": most })
            }
            Kind::Text(most) => json!({ "type": "string", "maxLength": most }),
            Kind::Word(words) => json!({ "type": "string", "enum": words }),
            Kind::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Kind::Texts(most, each) => {
                json!({ "type": "array", "maxItems": most, "items": { "type": "string", "minLength": 1, "maxLength": each } })
            }
        };
        if let Some(fields) = schema.as_object_mut() {
            fields.insert("description".to_owned(), self.about.into());
        }
        schema
    }

    /// What is wrong with a value, in words.
    fn fault(&self, value: &Value) -> Option<String> {
        match self.kind {
            Kind::Text(most) => text_fault(value, most, self.is_needed),
            Kind::Word(words) => {
                let is_one = value.as_str().is_some_and(|word| words.contains(&word));
                (!is_one).then(|| format!("expected one of {}", words.join(", ")))
            }
            Kind::Whole(least, most) => {
                let fits = value.as_i64().is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| format!("expected a whole number from {least} to {most}"))
            }
            Kind::Texts(most, each) => {
                let Some(texts) = value.as_array() else {
                    return Some("expected a list of texts".to_owned());
                };
                if texts.len() > most {
                    return Some(format!("{} are too many: at most {most}", texts.len()));
                }
                texts.iter().find_map(|text| text_fault(text, each, true))
            }
        }
    }
}

fn text_fault(value: &Value, most: usize, is_needed: bool) -> Option<String> {
    let Some(text) = value.as_str() else { return Some("expected a text".to_owned()) };
    if text.contains('\0') {
        return Some("a NUL character is not allowed in text; remove it".to_owned());
    }
    if is_needed && text.trim().is_empty() {
        return Some("say something".to_owned());
    }
    let length = text.chars().count();
    (length > most).then(|| format!("{length} characters are too many: at most {most}"))
}

/// The JSON Schema of some arguments (2020-12): closed, so that a misspelt name is no silence.
pub fn schema(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), field.schema())).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.is_needed).map(|field| field.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Arguments that fit their list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given(Map<String, Value>);

impl Given {
    /// Holds what came against the list; every fault names its argument. An argument that is null was left out.
    pub fn read(fields: &[Field], mut given: Map<String, Value>) -> Result<Self> {
        given.retain(|_, value| !value.is_null());
        let mut errors = FieldErrors::default();
        for name in
            given.keys().filter(|name| fields.iter().all(|field| field.name != name.as_str())).take(20)
        {
            let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
            let name: String = name.chars().take(100).collect();
            errors.add(name, format!("there is no such argument; known are {}", known.join(", ")));
        }
        for field in fields {
            let fault = match given.get(field.name) {
                None if field.is_needed => Some("is needed".to_owned()),
                None => None,
                Some(value) => field.fault(value),
            };
            if let Some(fault) = fault {
                errors.add(field.name, fault);
            }
        }
        errors.into_result().map(|()| Self(given))
    }

    /// A text without blanks around it; empty where it was left out.
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
    }

    /// A text as it came, with the blanks around it; none where it was left out or is empty.
    pub fn whole_text(&self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A text without blanks around it, where one was given that is not empty.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A whole number.
    pub fn whole(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// The texts of a list, without blanks at their ends; those at the beginning may say how deep a line stands.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|text| Some(text.as_str()?.trim_end().to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Error;

    const FIELDS: &[Field] = &[
        Field::needed("order", Kind::Text(20), "Its number."),
        Field::optional("state", Kind::Word(&["failed", "flagged"]), "How it is."),
        Field::optional("limit", Kind::Whole(1, 50), "How many."),
        Field::optional("lines", Kind::Texts(2, 3), "Some lines."),
    ];

    fn read(given: Value) -> Result<Given> {
        let Value::Object(given) = given else { panic!("an object") };
        Given::read(FIELDS, given)
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (given, field) in [
            (json!({}), "order"),
            (json!({ "order": "" }), "order"),
            (json!({ "order": "  " }), "order"),
            (json!({ "order": null }), "order"),
            (json!({ "order": 7 }), "order"),
            (json!({ "order": "a\0b" }), "order"),
            (json!({ "order": "x".repeat(21) }), "order"),
            (json!({ "order": "a", "state": "done" }), "state"),
            (json!({ "order": "a", "limit": 51 }), "limit"),
            (json!({ "order": "a", "limit": 1.5 }), "limit"),
            (json!({ "order": "a", "limit": "1" }), "limit"),
            (json!({ "order": "a", "lines": ["a", "b", "c"] }), "lines"),
            (json!({ "order": "a", "lines": ["four"] }), "lines"),
            (json!({ "order": "a", "lines": "a" }), "lines"),
            (json!({ "order": "a", "ordr": "b" }), "ordr"),
        ] {
            let Err(Error::Invalid(errors)) = read(given.clone()) else { panic!("taken: {given}") };
            assert!(errors.get(field).is_some(), "{given}: {errors}");
        }
    }

    #[test]
    fn what_fits_is_read() {
        let given =
            read(json!({ "order": " ä ", "limit": 50, "lines": ["ä ", " b"], "state": null })).unwrap();
        assert_eq!((given.text("order"), given.whole("limit")), ("ä".to_owned(), Some(50)));
        assert_eq!((given.whole_text("order"), given.whole_text("state")), (Some(" ä ".to_owned()), None));
        assert_eq!(given.texts("lines"), ["ä", " b"]);
        assert!(given.some("state").is_none());
    }

    #[test]
    fn the_schema_is_closed_and_bounded() {
        let schema = schema(FIELDS);
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(schema["required"], json!(["order"]));
        assert_eq!(
            schema["properties"]["order"],
            json!({ "type": "string", "minLength": 1, "maxLength": 20, "description": "Its number." })
        );
        assert_eq!(
            schema["properties"]["lines"]["items"],
            json!({ "type": "string", "minLength": 1, "maxLength": 3 })
        );
    }
}
