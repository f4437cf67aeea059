//! Forms with files, read part by part as they come: the words of a form are held, the bytes of files pass by.

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use futures_util::StreamExt as _;

use crate::foundation::{Error, Result};

/// The longest words of one form altogether, in bytes.
const WORDS: usize = 256 << 10;
/// More parts than any form of ours has.
const MOST: usize = 100;

/// A form on its way.
pub struct Parts {
    multipart: Multipart,
    words: usize,
    count: usize,
    /// The stream has ended or broken; it must not be asked again.
    is_over: bool,
}

/// One part of it.
pub enum Part {
    /// A field as typed.
    Words { name: String, value: String },
    /// A file; its bytes must be read before the next part is asked for, or they are passed over.
    File {
        /// Its name as the sender says it.
        given: String,
        bytes: Box<Field>,
    },
}

/// Whether a request carries such a form; other forms are urlencoded.
pub fn is_multipart(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"))
}

impl Parts {
    /// The form that a request carries; nothing of it is read yet.
    pub fn of(request: &HttpRequest, payload: Payload) -> Self {
        Self { multipart: Multipart::new(request.headers(), payload), words: 0, count: 0, is_over: false }
    }

    /// The next part; none at its end. A field of files in which nothing was chosen is no part.
    pub async fn next(&mut self) -> Result<Option<Part>> {
        while let Some(field) = self.field().await? {
            self.count += 1;
            if self.count > MOST {
                return Err(Error::invalid("", format!("a form may have at most {MOST} parts")));
            }
            let given = field.content_disposition().and_then(|said| said.get_filename()).map(str::to_owned);
            match given {
                Some(given) if given.is_empty() => self.pass_over(field).await?,
                Some(given) => return Ok(Some(Part::File { given, bytes: Box::new(field) })),
                None => return self.words(field).await.map(Some),
            }
        }
        Ok(None)
    }

    async fn field(&mut self) -> Result<Option<Field>> {
        if self.is_over {
            return Ok(None);
        }
        let field = self.multipart.next().await;
        self.is_over = !matches!(field, Some(Ok(_)));
        field.transpose().map_err(|cause| unreadable(&cause))
    }

    async fn words(&mut self, mut field: Field) -> Result<Part> {
        let name = field.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|cause| unreadable(&cause))?;
            self.words += chunk.len();
            if self.words > WORDS {
                return Err(Error::TooLarge(
                    format!("the words of a form may be at most {} KiB", WORDS >> 10).into(),
                ));
            }
            value.extend_from_slice(&chunk);
        }
        let value =
            String::from_utf8(value).map_err(|_| Error::invalid(&*name, "this is not text in UTF-8"))?;
        if value.contains('\0') || name.contains('\0') {
            let name = name.replace('\0', "\u{fffd}");
            return Err(Error::invalid(name, "a NUL character is not allowed in text; remove it"));
        }
        Ok(Part::Words { name, value })
    }

    /// What browsers send for a field of files in which nothing was chosen holds nothing.
    async fn pass_over(&mut self, mut field: Field) -> Result<()> {
        while let Some(chunk) = field.next().await {
            if !chunk.map_err(|cause| unreadable(&cause))?.is_empty() {
                return Err(Error::invalid("file", "a file came without a name; choose it again"));
            }
        }
        Ok(())
    }

    /// Reads what is left and keeps nothing of it, up to so many bytes: a browser that is still sending would not hear the
    /// answer otherwise.
    pub async fn drain(&mut self, most: u64) {
        let mut read = 0;
        while let Ok(Some(mut field)) = self.field().await {
            while let Some(Ok(chunk)) = field.next().await {
                read += chunk.len() as u64;
                if read > most {
                    return;
                }
            }
        }
    }
}

fn unreadable(cause: &dyn std::fmt::Display) -> Error {
    Error::invalid("", format!("this form cannot be read: {cause}"))
}
