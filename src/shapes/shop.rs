//! Procedures and assets as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Person, moment};
use crate::assets::model::MeterFacts;
use crate::assets::reads::{AssetRow, MeterRow, ReadingRow, Units};
use crate::foundation::Timestamp;
use crate::maintenance::procedures::model::{Procedure, Standing, Version};
use crate::maintenance::procedures::reads::{Listed, VersionRow};

/// A page of procedures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcedurePage {
    pub data: Vec<ProcedureLine>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A procedure in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcedureLine {
    pub code: String,
    pub title: String,
    pub is_retired: bool,
    /// The number of the version that orders are made from.
    pub in_use: Option<i64>,
    /// The number of a version that comes into use on a later day.
    pub coming: Option<i64>,
    /// The number of a version that is being written or waits for its review.
    pub open: Option<i64>,
    /// Orders made from it that whoever asks may see.
    pub orders: i64,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<Listed> for ProcedureLine {
    fn from(listed: Listed) -> Self {
        let Listed { row, in_use, coming, open, orders } = listed;
        let number = |version: Option<VersionRow>| version.map(|version| version.number);
        Self {
            code: row.code,
            title: row.title,
            is_retired: row.retired_at.is_some(),
            in_use: number(in_use),
            coming: number(coming),
            open: number(open),
            orders,
            updated_at: moment(row.updated_at),
        }
    }
}

/// A procedure with its versions; the text of each is asked for by itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcedureView {
    pub code: String,
    pub title: String,
    pub is_retired: bool,
    /// The number of the version that orders are made from.
    pub in_use: Option<u32>,
    pub versions: Vec<VersionView>,
}

/// A version of a procedure.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionView {
    pub number: u32,
    /// `draft`, `submitted`, `returned`, `withdrawn`, `coming`, `in_use` or `replaced`.
    pub standing: String,
    /// The type of order that it makes.
    pub order_type: String,
    pub author: Person,
    #[schema(format = DateTime)]
    pub drafted_at: String,
    /// The first moment that an approved one is in use.
    #[schema(format = DateTime)]
    pub effective_from: Option<String>,
    /// SHA-256 of its text.
    pub digest: String,
}

impl ProcedureView {
    /// The procedure as it stands at a moment.
    pub fn of(procedure: &Procedure, now: Timestamp) -> Self {
        let versions = procedure.versions.iter();
        Self {
            code: procedure.code.clone(),
            title: procedure.title.clone(),
            is_retired: procedure.retired.is_some(),
            in_use: procedure.in_use(now).map(|version| version.number),
            versions: versions.map(|version| VersionView::of(procedure, version, now)).collect(),
        }
    }
}

impl VersionView {
    fn of(procedure: &Procedure, version: &Version, now: Timestamp) -> Self {
        let standing = match procedure.standing(version, now) {
            Standing::Draft => "draft",
            Standing::Submitted => "submitted",
            Standing::Returned => "returned",
            Standing::Withdrawn => "withdrawn",
            Standing::Coming => "coming",
            Standing::InUse => "in_use",
            Standing::Replaced => "replaced",
        };
        Self {
            number: version.number,
            standing: standing.to_owned(),
            order_type: version.order_type.clone(),
            author: Person::from(&version.author),
            drafted_at: moment(version.drafted_at),
            effective_from: version.effective_from.map(moment),
            digest: version.digest.to_hex(),
        }
    }
}

/// The version that an order is to be made from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrderFrom {
    /// Its number; the one in use where it is left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000000)]
    pub version: Option<u32>,
}

/// A page of assets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetPage {
    pub data: Vec<AssetLine>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// An asset in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetLine {
    pub code: String,
    pub name: String,
    /// `A`, `B` or `C`: what is at stake where it fails, the gravest first.
    pub criticality: String,
    pub kind: String,
    pub place: String,
    pub is_retired: bool,
}

impl From<&AssetRow> for AssetLine {
    fn from(row: &AssetRow) -> Self {
        let facts = row.facts();
        Self {
            code: row.code.clone(),
            name: facts.name,
            criticality: facts.criticality.as_str().to_owned(),
            kind: facts.kind,
            place: facts.place,
            is_retired: row.retired_at.is_some(),
        }
    }
}

/// An asset with its meters.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetView {
    pub code: String,
    pub name: String,
    /// `A`, `B` or `C`: what is at stake where it fails, the gravest first.
    pub criticality: String,
    pub kind: String,
    pub place: String,
    pub maker: String,
    pub model: String,
    pub serial: String,
    pub notes: String,
    /// The code of the asset that it is a part of.
    pub part_of: Option<String>,
    pub is_retired: bool,
    pub meters: Vec<MeterView>,
}

/// A meter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeterView {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// `gauge`, or `counter`, which only goes up.
    pub kind: String,
    /// The limits, as decimal numbers; empty for none.
    pub low: String,
    pub high: String,
    /// The newest reading that counts.
    pub last: Option<ReadingView>,
}

/// What a meter showed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReadingView {
    pub id: String,
    /// As it was written.
    pub value: String,
    /// The unit that it was written in: the meter may measure in another one by now.
    pub unit: String,
    /// How far outside the limits of that moment; empty within them.
    pub beyond: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: String,
    /// Whether it was withdrawn and counts no more.
    pub is_withdrawn: bool,
}

impl AssetView {
    /// The asset of a row, with the asset above it and its meters.
    pub fn of(row: &AssetRow, above: Option<&AssetRow>, meters: Vec<MeterView>) -> Self {
        let facts = row.facts();
        Self {
            code: row.code.clone(),
            name: facts.name,
            criticality: facts.criticality.as_str().to_owned(),
            kind: facts.kind,
            place: facts.place,
            maker: facts.maker,
            model: facts.model,
            serial: facts.serial,
            notes: facts.notes,
            part_of: above.map(|above| above.code.clone()),
            is_retired: row.retired_at.is_some(),
            meters,
        }
    }
}

impl MeterView {
    /// The meter of a row, with its newest reading and the units that readings were written in.
    pub fn of(row: &MeterRow, last: Option<&ReadingRow>, units: &Units) -> Self {
        let facts = row.facts();
        let last = last.map(|last| ReadingView::of(last, &facts, units));
        Self {
            id: row.meter_id.clone(),
            name: facts.name,
            unit: facts.unit,
            kind: facts.kind.as_str().to_owned(),
            low: facts.low,
            high: facts.high,
            last,
        }
    }
}

impl ReadingView {
    /// The reading of a row; where nothing says its unit any more, it is the meter's.
    pub fn of(row: &ReadingRow, meter: &MeterFacts, units: &Units) -> Self {
        Self {
            id: row.reading_id.clone(),
            value: row.value.clone(),
            unit: meter.in_unit(units.get(&row.reading_id)).unit,
            beyond: row.beyond.clone(),
            at: moment(row.at),
            by: row.by(),
            is_withdrawn: row.withdrawn_at.is_some(),
        }
    }
}

/// A page of readings, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReadingPage {
    pub data: Vec<ReadingView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// What a meter shows.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReading {
    /// A number such as `3.2`.
    #[schema(min_length = 1, max_length = 40)]
    pub value: String,
    /// Why a counter shows less than before.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
}

/// What came of a reading.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReadingTakenView {
    /// How far it is outside the limits; empty within them.
    pub beyond: String,
}
