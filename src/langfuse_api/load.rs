//! Observations with their pieces, in batches small enough to hold in memory.

use std::collections::VecDeque;

use serde_json::Value;
use serde_json::value::RawValue;

use super::charged::{self, Charged};
use crate::bodies::{self, Gone};
use crate::foundation::{ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Fetched, ObservationFull, Pieces};
use trace_model::image;
use trace_model::image::Shown;
use trace_model::{BodyForm, JsonMap, json};
use wire::sent::Sent;

/// Rows in one batch.
const ROWS: usize = 500;

/// Bytes of bodies in one batch; one body may be longer.
const BYTES: u64 = 8 << 20;

/// A body and how to read it.
#[derive(Debug)]
pub struct Body {
    /// As received.
    pub bytes: Vec<u8>,
    /// How to read the bytes.
    pub form: BodyForm,
}

/// An observation with what was asked for.
#[derive(Debug)]
pub struct Item {
    /// The row.
    pub full: ObservationFull,
    /// What the image says; empty when it was not asked for.
    pub shown: Shown,
    pub input: Option<Body>,
    pub output: Option<Body>,
    /// What its arrivals say beside; empty when it was not asked for.
    pub sent: Sent,
    /// Bodies that are known and cannot be read, in words.
    pub missing: Vec<String>,
    /// Which of our prices made the cost; none when the client said it or the image was not asked for.
    pub charged: Option<Charged>,
}

impl Item {
    /// The metadata as sent; numbers as [`trace_model::exact`] has them.
    pub fn metadata(&self) -> JsonMap {
        let text = self.shown.metadata.as_deref().map(RawValue::get);
        match text.and_then(|text| json::parse_exact(text).ok()) {
            Some(Value::Object(metadata)) => metadata,
            _ => JsonMap::default(),
        }
    }

    /// The metadata with all else that was sent; see [`Sent::with_metadata`].
    pub fn all_metadata(&self) -> JsonMap {
        self.sent.with_metadata(self.metadata())
    }
}

/// Reads the pieces of some observations.
pub async fn observations(
    app: &App,
    project: ProjectKey,
    rows: Vec<ObservationFull>,
    wanted: Pieces,
) -> Result<Vec<Item>> {
    let (detailed, prices) = app
        .db
        .read(move |conn| {
            let prices = charged::prices(conn, project, &rows)?;
            Ok((reads::detailed(conn, project, rows, wanted)?, prices))
        })
        .await?;
    let mut items = Vec::with_capacity(detailed.len());
    for found in detailed {
        let charged = found.image.as_deref().and_then(|image| Charged::of(&found.full, &prices, image));
        let shown = found.image.as_deref().map(image::shown).transpose()?.unwrap_or_default();
        let mut missing = Vec::new();
        let input = body(app, project, "input", found.input, &mut missing).await?;
        let output = body(app, project, "output", found.output, &mut missing).await?;
        items.push(Item { full: found.full, shown, input, output, sent: found.sent, missing, charged });
    }
    Ok(items)
}

/// The bytes of a fetched body; one that cannot be read is named among what is missing.
pub async fn body(
    app: &App,
    project: ProjectKey,
    field: &str,
    fetched: Option<Fetched>,
    missing: &mut Vec<String>,
) -> Result<Option<Body>> {
    let Some(fetched) = fetched else { return Ok(None) };
    let Some(form) = fetched.0.body.map(|body| body.form) else { return Ok(None) };
    match bodies::whole_or_gone(app, project, fetched).await? {
        Ok(bytes) => Ok(Some(Body { bytes, form })),
        Err(gone) => {
            missing.push(in_words(field, &gone));
            Ok(None)
        }
    }
}

fn in_words(field: &str, gone: &Gone) -> String {
    format!("the {field} (sha256:{}, {} bytes) {}", gone.digest, gone.len, gone.why.words())
}

/// Cuts rows into batches by number and by the length of their bodies.
pub fn batches(rows: Vec<ObservationFull>, wanted: Pieces) -> Result<VecDeque<Vec<ObservationFull>>> {
    let mut batches: VecDeque<Vec<ObservationFull>> = VecDeque::new();
    let mut bytes = 0;
    for row in rows {
        let more = wanted_len(&row, wanted)?;
        let full = batches.back().is_none_or(|batch| batch.len() >= ROWS || bytes + more > BYTES);
        if full {
            batches.push_back(Vec::new());
            bytes = 0;
        }
        bytes += more;
        if let Some(batch) = batches.back_mut() {
            batch.push(row);
        }
    }
    Ok(batches)
}

/// The length of what is wanted of an observation, its image aside.
pub fn wanted_len(row: &ObservationFull, wanted: Pieces) -> Result<u64> {
    if !wanted.bodies && !wanted.sent {
        return Ok(0);
    }
    let len = |piece: &packing::Piece| match (piece.body, piece.role) {
        (Some(body), _) if wanted.bodies => body.len,
        (None, packing::Role::Record) if wanted.sent => piece.len,
        _ => 0,
    };
    Ok(row.pieces()?.pieces.iter().map(len).sum())
}
