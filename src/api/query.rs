//! What an address asks for behind `?`: every name is written down with what it may be, which is what the document shows and
//! what is enforced. A name that is not written down is refused, so that a typo is no filter that is silently not there.

use serde_json::{Value, json};

use crate::foundation::{FieldErrors, Result, Timestamp};

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of 1 to so many characters.
    Text(usize),
    OneOf(&'static [&'static str]),
    /// A whole number between two others.
    Whole(i64, i64),
    Flag,
    /// As RFC 3339 writes it.
    Moment,
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    /// What it does, for the document.
    pub about: &'static str,
}

/// Rows of one page, unless another number is asked for.
const USUAL: i64 = 50;
/// Rows of one page, at most.
const MOST: i64 = 100;

/// How many rows of a list are asked for.
pub const LIMIT: Param =
    Param { name: "limit", kind: Kind::Whole(1, MOST), about: "How many at most; 50 where nothing is said." };
/// Where a page of a list begins.
pub const AFTER: Param = Param {
    name: "after",
    kind: Kind::Text(500),
    about: "The `next` of the page before, as it was given; without it the first page.",
};

impl Param {
    /// Its schema.
    pub fn schema(self) -> Value {
        match self.kind {
            Kind::Text(most) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
            Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
            Kind::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Moment => json!({ "type": "string", "format": "date-time" }),
        }
    }

    fn fault(self, value: &str) -> Option<String> {
        match self.kind {
            Kind::Text(most) => {
                let count = value.chars().count();
                (count == 0 || count > most).then(|| format!("1 to {most} characters are taken"))
            }
            Kind::OneOf(words) => {
                (!words.contains(&value)).then(|| format!("expected one of {}", words.join(", ")))
            }
            Kind::Whole(least, most) => {
                let is_plain = value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                let number = value.parse::<i64>().ok().filter(|number| (least..=most).contains(number));
                (!is_plain || number.is_none())
                    .then(|| format!("expected a whole number from {least} to {most}"))
            }
            Kind::Flag => (!matches!(value, "true" | "false")).then(|| "expected true or false".to_owned()),
            Kind::Moment => Timestamp::parse_rfc3339(value)
                .is_none()
                .then(|| "expected a moment as RFC 3339 writes it: 2026-11-21T09:30:00Z".to_owned()),
        }
    }
}

/// Parameters that were asked for, each as it may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads what stands behind `?`; every fault is told at once.
    pub fn read(known: &[Param], asked: &str) -> Result<Self> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(asked).unwrap_or_default();
        let (mut query, mut faults) = (Self::default(), FieldErrors::default());
        for (name, value) in pairs {
            let Some(param) = known.iter().find(|param| param.name == name) else {
                let names: Vec<&str> = known.iter().map(|param| param.name).collect();
                let known = if names.is_empty() { "none is".to_owned() } else { names.join(", ") };
                faults.add(name, format!("there is no such parameter; known: {known}"));
                continue;
            };
            if query.text(param.name).is_some() {
                faults.add(name, "it is given twice");
            } else if let Some(fault) = param.fault(&value) {
                faults.add(name, fault);
            }
            query.0.push((param.name, value));
        }
        faults.into_result().map(|()| query)
    }

    /// A value, where it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A moment, where one was given.
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(Timestamp::parse_rfc3339)
    }

    /// How many rows are asked for.
    pub fn limit(&self) -> usize {
        let asked = self.text("limit").and_then(|text| text.parse().ok());
        asked.unwrap_or(USUAL).clamp(1, MOST).unsigned_abs().try_into().unwrap_or(usize::MAX)
    }

    /// Every name with its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Error;

    const KNOWN: [Param; 5] = [
        LIMIT,
        Param { name: "q", kind: Kind::Text(3), about: "" },
        Param { name: "sort", kind: Kind::OneOf(&["due", "number"]), about: "" },
        Param { name: "failed", kind: Kind::Flag, about: "" },
        Param { name: "since", kind: Kind::Moment, about: "" },
    ];

    #[test]
    fn what_is_not_written_down_is_refused_by_its_name() {
        for (asked, faults) in [
            ("", vec![]),
            ("limit=100&q=%C3%A4bc&sort=due&failed=true&since=2026-11-21T09:30:00Z", vec![]),
            ("limit=0", vec!["limit"]),
            ("limit=101", vec!["limit"]),
            ("limit=+5", vec!["limit"]),
            ("limit=1e2", vec!["limit"]),
            ("limit=99999999999999999999", vec!["limit"]),
            ("limit=", vec!["limit"]),
            ("limit=5&limit=6", vec!["limit"]),
            ("q=", vec!["q"]),
            ("q=abcd", vec!["q"]),
            ("sort=best", vec!["sort"]),
            ("failed=1", vec!["failed"]),
            ("since=today", vec!["since"]),
            ("Limit=5&typo=1", vec!["Limit", "typo"]),
        ] {
            let told = match Query::read(&KNOWN, asked) {
                Ok(_) => Vec::new(),
                Err(Error::Invalid(faults)) => faults.0.into_iter().map(|it| it.path).collect(),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(told, faults, "{asked}");
        }
        assert_eq!(Query::read(&KNOWN, "limit=7").unwrap().limit(), 7);
        assert_eq!(Query::read(&KNOWN, "").unwrap().limit(), 50);
        assert!(!Query::read(&KNOWN, "failed=false").unwrap().flag("failed"));
    }
}
