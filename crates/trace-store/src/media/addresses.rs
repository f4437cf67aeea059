//! Addresses of a file's bytes that need no key: signed here for whoever may send or read, and checked here alone.
//!
//! So the token is the authority. What a good one says is an [`Admitted`], and an action that takes it cannot be called
//! without.

use crate::foundation::{Asker, Error, ProjectKey, Result, Timestamp};
use crate::state::App;

use super::reads;
use super::reads::MediaRow;
use super::token::{Claim, Purpose};

/// What stands in an address beside the file's id.
#[derive(Clone, Debug)]
pub struct Signed {
    pub project: ProjectKey,
    /// The second (UTC, since 1970) at which it ends.
    pub expires: i64,
    /// Vouches for both, and for the file as it was announced.
    pub token: String,
}

impl Signed {
    /// When it ends.
    pub fn end(&self) -> Timestamp {
        Timestamp(self.expires.saturating_mul(1_000_000))
    }
}

/// One file of one project, for one direction, as a good address says. Nothing but [`admit`] makes one; others may hold it:
///
/// ```
/// use tracewright_trace_store::media::addresses::Admitted;
/// use tracewright_trace_store::media::token::Purpose;
///
/// fn held(admitted: &Admitted) -> bool {
///     admitted.to(Purpose::Upload).is_ok()
/// }
/// ```
/// ```compile_fail,E0451
/// use tracewright_trace_store::foundation::ProjectKey;
/// use tracewright_trace_store::media::addresses::Admitted;
/// use tracewright_trace_store::media::reads::MediaRow;
/// use tracewright_trace_store::media::token::Purpose;
///
/// fn forged(row: MediaRow) -> Admitted {
///     Admitted { project: ProjectKey(1), row, purpose: Purpose::Upload }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Admitted {
    project: ProjectKey,
    row: MediaRow,
    purpose: Purpose,
}

impl Admitted {
    /// The project and the file; refused to whoever was admitted for something else.
    pub fn to(&self, purpose: Purpose) -> Result<(ProjectKey, &MediaRow)> {
        if self.purpose == purpose { Ok((self.project, &self.row)) } else { Err(refused()) }
    }
}

/// Signs an address of a file's bytes in the project of whoever asks; they must be allowed themselves what it is good
/// for.
pub fn sign(app: &App, asker: &Asker, row: &MediaRow, purpose: Purpose) -> Result<Signed> {
    asker.must(purpose.verb())?;
    let (project, expires) = (asker.project, app.now().0.div_euclid(1_000_000) + purpose.seconds());
    let token = claim(project, row, purpose, expires)?.sign(&app.keys.server_key);
    Ok(Signed { project, expires, token })
}

/// The file that a signed address names; refused when the address is not ours, changed or over.
pub async fn admit(app: &App, media_id: &str, signed: &Signed, purpose: Purpose) -> Result<Admitted> {
    let (project, media_id) = (signed.project, media_id.to_owned());
    let row = app.db.read(move |conn| reads::find(conn, project, &media_id)).await?.ok_or_else(refused)?;
    let claim = claim(project, &row, purpose, signed.expires)?;
    let is_good = claim.is_good(&app.keys.server_key, &signed.token, app.now());
    if is_good { Ok(Admitted { project, row, purpose }) } else { Err(refused()) }
}

/// What whoever comes with such an address is told.
pub fn refused() -> Error {
    Error::forbidden("this address is not valid or is over: ask for a new one")
}

fn claim(project: ProjectKey, row: &MediaRow, purpose: Purpose, expires: i64) -> Result<Claim<'_>> {
    Ok(Claim {
        purpose,
        project,
        media_id: &row.media_id,
        content_length: row.content_length,
        content_type: &row.content_type,
        digest: row.digest()?,
        expires,
    })
}
