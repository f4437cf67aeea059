//! Forms: urlencoded fields, with limits, in which NUL is refused by field name.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use crate::foundation::{Error, FieldErrors, Result};

use super::typed::Typed;
use super::{Principal, WebError};

/// The longest form taken, in bytes: a pasted work order is the largest there is.
const MAX_BYTES: usize = 4 << 20;
/// The same of somebody who is not signed in: nobody's forms fill the memory.
const MAX_BYTES_OF_STRANGERS: usize = 32 << 10;
/// More fields than any form of ours has.
const MAX_FIELDS: usize = 2_000;

/// A submitted form. Unknown fields are ignored, repeated ones kept in order.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Reads urlencoded bytes.
    pub fn parse(body: &[u8]) -> Result<Self> {
        // Counted before they are taken apart: each takes many times its length.
        if body.split(|byte| *byte == b'&').count() > MAX_FIELDS {
            return Err(Error::invalid("", format!("a form may have at most {MAX_FIELDS} fields")));
        }
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body)
            .map_err(|e| Error::invalid("", format!("this form cannot be read: {e}")))?;
        let mut errors = FieldErrors::default();
        for (name, value) in &fields {
            if value.contains('\0') || name.contains('\0') {
                errors
                    .add(name.replace('\0', "\u{fffd}"), "a NUL character is not allowed in text; remove it");
            }
        }
        errors.into_result().map(|()| Self { fields })
    }

    /// Every name with its value, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A field as typed, or an empty text.
    pub fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// A field without blanks at its ends.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field that must not be empty.
    pub fn required(&self, name: &str, message: &str) -> Result<&str> {
        match self.text(name) {
            "" => Err(Error::invalid(name, message)),
            text => Ok(text),
        }
    }

    /// A field that may be empty.
    pub fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A checkbox.
    pub fn is_checked(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Every field as typed, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a repeated field, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

fn too_long(most: usize) -> String {
    format!("a form may be at most {} KiB", most >> 10)
}

impl FromRequest for Form {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, std::result::Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Payload::from_request(request, payload);
        let asked = request.clone();
        let most = if Principal::of(request).is_ok() { MAX_BYTES } else { MAX_BYTES_OF_STRANGERS };
        Box::pin(async move {
            let body = body.await.map_err(|e| WebError(Error::invalid("", e.to_string())))?;
            let body = body.to_bytes_limited(most).await;
            let body = body.map_err(|_| WebError(Error::TooLarge(too_long(most).into())))?;
            let body = body.map_err(|e| WebError(Error::invalid("", e.to_string())))?;
            let form = Self::parse(&body)?;
            Typed::note(&asked, &form);
            Ok(form)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_refused_by_the_name_of_its_field() {
        let refused = Form::parse(b"name=a%00b&note=fine").unwrap_err();
        let Error::Invalid(errors) = refused else { panic!("{refused}") };
        assert!(errors.get("name").is_some());
        assert!(errors.get("note").is_none());
    }

    #[test]
    fn a_form_of_too_many_fields_is_not_taken_apart() {
        let fields = |count: usize| vec!["a"; count].join("&");
        assert!(Form::parse(fields(MAX_FIELDS).as_bytes()).is_ok());
        assert!(Form::parse(fields(MAX_FIELDS + 1).as_bytes()).is_err());
    }

    #[test]
    fn repeated_fields_are_kept_in_order() {
        let form = Form::parse(b"q=1&x=+y+&q=2").unwrap();
        assert_eq!(form.all("q").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.text("x"), "y");
        assert!(form.required("z", "say z").is_err());
    }
}
