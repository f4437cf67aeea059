//! The row of a head that says how long an order is meant to take, whatever it is called.

use crate::model::Field;

/// What the row may be called, in small letters; the last two say that a bare number is one of hours.
pub const LABELS: [&str; 5] =
    ["estimate", "estimated time", "planned time", "estimated hours", "planned hours"];

/// Whether a label is one of them.
pub fn is_label(label: &str) -> bool {
    LABELS.contains(&label.trim().to_lowercase().as_str())
}

/// What the first such row says.
pub fn told(fields: &[Field]) -> Option<&str> {
    fields.iter().find(|field| is_label(&field.name)).map(|field| field.value.as_str())
}

/// Lets the head say this in the place of what it said; an empty text takes it away. Another row with such a name goes too.
pub fn put(fields: &mut Vec<Field>, value: &str) {
    let at = fields.iter().position(|field| is_label(&field.name)).unwrap_or(fields.len());
    fields.retain(|field| !is_label(&field.name));
    if !value.is_empty() {
        fields.insert(at.min(fields.len()), Field { name: "Estimate".to_owned(), value: value.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_says_it_where_it_stood() {
        let field = |name: &str, value: &str| Field { name: name.to_owned(), value: value.to_owned() };
        let mut fields = vec![field("Planned hours", "4"), field("Line", "North"), field("Estimate", "x")];
        put(&mut fields, "2.5 h");
        assert_eq!(fields, [field("Estimate", "2.5 h"), field("Line", "North")]);
        assert_eq!(told(&fields), Some("2.5 h"));
        put(&mut fields, "");
        assert_eq!(fields, [field("Line", "North")]);
        put(&mut fields, "1 h");
        assert_eq!(fields, [field("Line", "North"), field("Estimate", "1 h")]);
    }
}
