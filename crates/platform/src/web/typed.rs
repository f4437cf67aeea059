//! What somebody typed into a form that was refused: the page that says why shows it again, so that nothing is lost.
//! Passwords are never kept.

use actix_web::http::Method;
use actix_web::{HttpMessage as _, HttpRequest};

use super::{Form, words};

/// The most that is shown again, in bytes.
const MOST_BYTES: usize = 256 << 10;
/// What is shorter and has no blank in it was chosen or carried along, not written.
const WRITTEN_CHARS: usize = 24;

/// A refused form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Where it was sent.
    pub action: String,
    /// `get` or `post`.
    pub method: &'static str,
    /// Name and value, in the order of the form.
    pub fields: Vec<(String, String)>,
}

/// One field as the page shows it.
#[derive(Debug)]
pub struct TypedField<'a> {
    pub name: &'a str,
    /// The name in words.
    pub label: String,
    pub value: &'a str,
    /// Whether somebody wrote it, so that it is shown.
    pub is_written: bool,
}

impl TypedField<'_> {
    /// What the page calls it: no field of another form there has such an id.
    pub fn id(&self) -> String {
        format!("typed-{}", self.name)
    }
}

/// The fields of a form that may be shown again.
pub fn harmless(form: &Form) -> Vec<(String, String)> {
    let kept =
        form.pairs().filter(|(name, value)| !name.to_lowercase().contains("password") && !value.is_empty());
    let mut left = MOST_BYTES;
    let fits = kept.take_while(|(name, value)| {
        let size = name.len() + value.len();
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    });
    fits.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Typed {
    /// Notes what a request brings, for the page that may refuse it.
    pub fn note(request: &HttpRequest, form: &Form) {
        let typed = Self { action: request.path().to_owned(), method: "post", fields: harmless(form) };
        request.extensions_mut().insert(typed);
    }

    /// What a refused request brought; none where nobody wrote anything.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let typed = if request.method() == Method::GET {
            let form = Form::parse(request.query_string().as_bytes()).ok()?;
            let fields = harmless(&form);
            Some(Self { action: request.path().to_owned(), method: "get", fields })
        } else {
            request.extensions().get::<Self>().cloned()
        };
        typed.filter(|typed| typed.method == "get" && !typed.fields.is_empty() || typed.has_words())
    }

    fn has_words(&self) -> bool {
        self.fields().iter().any(|field| field.is_written)
    }

    /// The fields, with those that somebody wrote marked.
    pub fn fields(&self) -> Vec<TypedField<'_>> {
        let is_get = self.method == "get";
        self.fields
            .iter()
            .map(|(name, value)| TypedField {
                name,
                label: words::field(name),
                value,
                is_written: is_get || is_written(value),
            })
            .collect()
    }
}

fn is_written(value: &str) -> bool {
    value.chars().any(char::is_whitespace) || value.chars().count() > WRITTEN_CHARS && !is_id(value)
}

/// An id, a digest or a target of ours: carried along by the form.
fn is_id(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_shown_and_no_password_is_kept() {
        let form = Form::parse(b"text=a+long+report&target=item%3A01a1fd55-7a80-781b-81a6-4032521932fb&Password=x+y&old_password=z&version=3").unwrap();
        let typed = Typed { action: "/x".to_owned(), method: "post", fields: harmless(&form) };
        let shown: Vec<(&str, bool)> = typed.fields().iter().map(|it| (it.name, it.is_written)).collect();
        assert_eq!(shown, [("text", true), ("target", false), ("version", false)]);
        assert_eq!(words::field("expected_version"), "Expected version");
        let silent = Typed { fields: vec![("to".to_owned(), "closed".to_owned())], ..typed };
        assert!(!silent.has_words());
    }

    #[test]
    fn no_more_is_kept_than_a_page_can_show() {
        let long = "a ".repeat(MOST_BYTES);
        let form = Form::parse(format!("text={long}&note=short+one").as_bytes()).unwrap();
        assert!(harmless(&form).is_empty());
    }
}
