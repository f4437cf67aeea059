//! The bytes come: only what was announced is stored.

use futures_util::Stream;

use crate::db::Tx;
use crate::foundation::{Actor, Error, Result};
use crate::media::addresses::Admitted;
use crate::media::model::parse_digest;
use crate::media::reads::MediaRow;
use crate::media::token::Purpose;
use crate::media::{blobs, leftovers, store};
use crate::state::App;

/// What the headers of an upload say, as far as they say it.
#[derive(Clone, Debug, Default)]
pub struct UploadHeaders {
    pub content_type: Option<String>,
    pub content_length: Option<u64>,
    /// `x-amz-checksum-sha256`.
    pub checksum: Option<String>,
}

/// Stores the bytes of an announced file, which a signed address named: that it was checked is who may.
pub async fn upload<B, E>(
    app: &App,
    admitted: &Admitted,
    sent: &UploadHeaders,
    bytes: impl Stream<Item = Result<B, E>>,
) -> Result<()>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    let (project, announced) = admitted.to(Purpose::Upload)?;
    check(announced, sent)?;
    let announced = announced.clone();
    let (length, digest) = (u64::try_from(announced.content_length).unwrap_or(0), announced.digest()?);
    blobs::store(app, &announced.blob, bytes, length, digest).await?;
    let note = move |tx: &mut Tx<'_>| {
        let is_known = store::uploaded(tx, project, &announced)?;
        // Erased while the bytes were on their way.
        if is_known { Ok(true) } else { leftovers::note(tx, project, &announced.blob).map(|()| false) }
    };
    if app.db.write(&Actor::system(), note).await? {
        return Ok(());
    }
    Err(Error::not_found("this media"))
}

fn check(announced: &MediaRow, sent: &UploadHeaders) -> Result<()> {
    if sent.content_type.as_ref().is_some_and(|sent| *sent != announced.content_type) {
        return Err(Error::invalid("Content-Type", format!("must be {}", announced.content_type)));
    }
    if sent.content_length.is_some_and(|sent| i64::try_from(sent) != Ok(announced.content_length)) {
        return Err(Error::invalid("Content-Length", format!("must be {}", announced.content_length)));
    }
    let digest = announced.digest()?;
    if sent.checksum.as_ref().is_some_and(|sent| parse_digest(sent) != Some(digest)) {
        return Err(Error::invalid("x-amz-checksum-sha256", "is not the SHA-256 announced"));
    }
    Ok(())
}
