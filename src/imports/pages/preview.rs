//! What each line of a Markdown file becomes, before it is taken.

use crate::work_orders::actions::import::Choices;
use crate::work_orders::model::{Kind, Priority};
use crate::work_orders::read::signs::Sign;
use crate::work_orders::read::{Reading, Taken};

/// More blocks than anybody looks through; the rest is taken as it looks.
const MOST: usize = 1_500;
/// Lines of one block that are shown.
const LINES: usize = 8;

/// A file as it will be taken.
pub struct Preview {
    pub title: String,
    pub order_type: String,
    pub priority: &'static str,
    pub due: String,
    pub criteria: String,
    /// `2 steps`, `5 items`, ...
    pub counts: Vec<String>,
    pub claimed: usize,
    pub rows: Vec<Row>,
    /// Blocks that are not shown.
    pub more: usize,
    pub not_taken: Vec<(usize, String)>,
    /// Whether nothing can be ticked, and points of lists could be.
    pub offers_points: bool,
    pub points: bool,
    /// The file's own number.
    pub number: String,
    /// Where what was chosen is sent to be shown, and where to be taken.
    pub apply: String,
    pub create: String,
}

/// One block of the file.
pub struct Row {
    pub place: usize,
    /// Its first line, from 1.
    pub line: usize,
    /// Its text as the file has it.
    pub source: String,
    /// Lines that are not shown.
    pub hidden: usize,
    pub depth: u8,
    pub kind: Kind,
    /// What else it may be taken for.
    pub choices: &'static [Kind],
    /// What the file claims there.
    pub claim: Option<&'static str>,
}

impl Preview {
    /// Whether what is chosen is kept as soon as it is: of a file that waits.
    pub fn acts_at_once(&self) -> bool {
        self.create != "/work-orders/import"
    }

    /// A file with a person's choices.
    pub fn of(reading: &Reading, choices: &Choices) -> Self {
        let taken = reading.taken();
        let rows: Vec<Row> = reading
            .lines()
            .enumerate()
            .take(MOST)
            .map(|(place, (kind, line))| Row {
                place,
                line: line.number,
                source: shown(line.block.source.as_deref().unwrap_or_default()),
                hidden: line
                    .block
                    .source
                    .as_deref()
                    .map_or(0, |source| source.trim_end().lines().count().saturating_sub(LINES)),
                depth: line.block.depth.min(4),
                kind,
                choices: line.block.kind.choices(),
                claim: line.claim.and_then(word_of),
            })
            .collect();
        let all = reading.lines().count();
        let has_points = reading.lines().any(|(_, line)| line.block.kind == Kind::Point);
        let asked = choices.criteria.join("\n");
        let suggested = if taken.criteria == 0 && asked.is_empty() {
            "Every required item is done".to_owned()
        } else {
            asked
        };
        let besides = suggested.lines().count();
        let counted = Taken { criteria: taken.criteria + besides, ..taken };
        let head = reading.head();
        Self {
            title: choices.title.clone().unwrap_or_else(|| reading.title().to_owned()),
            order_type: choices.order_type.clone().unwrap_or_else(|| head.order_type.clone()),
            priority: choices
                .priority
                .unwrap_or(match head.priority {
                    Priority::None => Priority::Medium,
                    told => told,
                })
                .as_str(),
            due: choices.due.as_ref().or(head.due.as_ref()).map(|due| due.raw.clone()).unwrap_or_default(),
            criteria: suggested,
            counts: counted.counts().to_vec(),
            claimed: taken.claimed,
            more: all - rows.len(),
            rows,
            not_taken: reading.not_taken(),
            offers_points: (taken.items == 0 && has_points) || choices.points_are_items,
            points: choices.points_are_items,
            number: reading.number().map(ToString::to_string).unwrap_or_default(),
            apply: "/work-orders/import/preview".to_owned(),
            create: "/work-orders/import".to_owned(),
        }
    }
}

fn shown(source: &str) -> String {
    source.trim_end().lines().take(LINES).collect::<Vec<_>>().join("\n")
}

fn word_of(sign: Sign) -> Option<&'static str> {
    match sign {
        Sign::Done => Some("ticked in the file only"),
        Sign::Failed => Some("failed, says the file"),
        Sign::Flagged => Some("flagged, says the file"),
        Sign::NotApplicable => Some("not applicable, says the file"),
        Sign::Open => None,
    }
}
