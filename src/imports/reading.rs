//! What a file becomes: Markdown one order, a table one or many.

use order_tables::{Made, Meaning, Shape, Sheet, is_table};

use crate::foundation::ids::new_id;
use crate::foundation::{Digest, Result, Timestamp};
use crate::web::Form;
use crate::work_orders::actions::import::{Brought, Choices, Read, read_with};
use crate::work_orders::model::{OrderNumber, Status};
use crate::work_orders::read::{Reading, Taken};

/// A file as it would be taken.
pub enum Becomes {
    /// One order out of Markdown.
    Document(Box<Reading>),
    /// One or many out of a table.
    Table(Box<Sheet>),
}

/// One order as it will be made, with the digest of what it is made of.
pub struct Draft {
    pub read: Read,
    pub source: Digest,
}

/// Reads a file by its name and its bytes, with what a person chose.
pub fn becomes(name: &str, bytes: &[u8], choices: &Choices, columns: &Columns) -> Result<Becomes> {
    if !is_table(name) {
        let brought =
            Brought { file: Some(name.to_owned()), bytes: bytes.to_vec(), choices: choices.clone() };
        return Ok(Becomes::Document(Box::new(read_with(&brought)?)));
    }
    let mut sheet = Sheet::read(name, bytes)?;
    if let Some(shape) = columns.shape {
        sheet.set_shape(shape);
    }
    for (column, meaning) in &columns.meanings {
        // What was chosen for the other shape means nothing in this one.
        if sheet.shape().meanings().contains(meaning) {
            sheet.set_meaning(*column, *meaning)?;
        }
    }
    Ok(Becomes::Table(Box::new(sheet)))
}

/// The orders that a file becomes.
pub fn drafts(
    name: &str,
    bytes: &[u8],
    choices: &Choices,
    columns: &Columns,
    now: Timestamp,
) -> Result<Vec<Draft>> {
    let mut id = || new_id(now);
    match becomes(name, bytes, choices, columns)? {
        Becomes::Document(reading) => {
            let (mut taken, not_taken) = (reading.taken(), reading.not_taken());
            taken.criteria += choices.criteria.len();
            let mut order = reading.into_order(&mut id)?;
            choices.put_into(&mut order, &mut id);
            Ok(vec![Draft { read: Read { order, taken, not_taken }, source: Digest::of(bytes) }])
        }
        Becomes::Table(sheet) => {
            let is_one = sheet.shape() == Shape::Checklist;
            let made = sheet.orders(&mut id)?;
            let draft = |made: Made| {
                let Made { mut order, taken, source, not_taken, .. } = made;
                if is_one {
                    choices.put_into(&mut order, &mut || new_id(now));
                }
                Draft { read: Read { order, taken, not_taken }, source: Digest::of(&source) }
            };
            Ok(made.into_iter().map(draft).collect())
        }
    }
}

/// What a person said of the columns of a table.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    pub shape: Option<Shape>,
    pub meanings: Vec<(usize, Meaning)>,
}

impl Columns {
    /// Fields `shape` and `column-3`.
    pub fn of(form: &Form) -> Self {
        let said = form.fields().filter_map(|(name, value)| {
            Some((name.strip_prefix("column-")?.parse().ok()?, Meaning::read(value)?))
        });
        Self { shape: Shape::read(form.text("shape")), meanings: said.collect() }
    }
}

/// What a file becomes, in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub orders: usize,
    pub taken: Taken,
    /// What was not taken for what it looks like.
    pub not_taken: usize,
    /// What the file says of itself: its number, else how it is called.
    pub number: String,
    pub title: String,
    /// Orders that the file says have got further than a draft.
    pub claimed_states: usize,
}

impl Figures {
    /// Those of some drafts.
    pub fn of(drafts: &[Draft]) -> Self {
        let mut figures = Self { orders: drafts.len(), ..Self::default() };
        for Draft { read, .. } in drafts {
            figures.taken.steps += read.taken.steps;
            figures.taken.items += read.taken.items;
            figures.taken.claimed += read.taken.claimed;
            figures.not_taken += read.not_taken.len();
            figures.claimed_states += usize::from(read.order.status != Status::Draft);
        }
        if let [one] = drafts {
            figures.title.clone_from(&one.read.order.title);
            figures.number = Some(&one.read.order.number)
                .filter(|it| OrderNumber::is_given(it))
                .map(ToString::to_string)
                .unwrap_or_default();
        }
        figures
    }

    /// Everything that is only the file's word.
    pub fn claims(&self) -> usize {
        self.taken.claimed + self.claimed_states
    }
}
