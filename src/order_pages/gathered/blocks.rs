//! What the page of an order shows of what was gathered.

use std::collections::BTreeMap;

use super::pins::{self, PinView};
use crate::foundation::money::Money;
use crate::foundation::{Action, Digest, Grant, Timestamp};
use crate::order_pages::text::{self, Html};
use crate::order_pages::view::OrderView;
use crate::web::{format, markdown};
use crate::work_orders::decide::{Command, Gather, NewFile, needs_reason};
use crate::work_orders::gathered::events::{PartAmount, Worked};
use crate::work_orders::model::{FilePlace, FileState, OrderFile, PartLine, Quantity, Target, TimeEntry};

/// One file.
#[derive(Debug)]
pub struct FileView {
    /// The element's id on the page.
    pub anchor: String,
    pub id: String,
    pub name: String,
    /// `1.2 MB · image/jpeg`.
    pub about: String,
    pub description: String,
    pub meta: Html,
    /// Where it belongs, in words; empty for the order itself.
    pub place: String,
    /// Where that stands on the page.
    pub place_href: String,
    pub digest: String,
    pub has_small: bool,
    pub has_place: bool,
    /// `evidence altered`, `evidence missing`, or nothing.
    pub fault: &'static str,
    /// Who took it back, when and why.
    pub withdrawn: Option<Html>,
    pub can_withdraw: bool,
    /// What was pinned on the picture, in the order of its numbers.
    pub pins: Vec<PinView>,
}

/// One entry of time.
#[derive(Debug)]
pub struct TimeView {
    pub id: String,
    pub who: String,
    pub length: String,
    /// From when until when, or which day.
    pub when: Html,
    pub note: String,
    pub meta: Html,
    pub is_replaced: bool,
    pub can_correct: bool,
    pub minutes: u32,
    pub day: String,
}

/// A planned part with what was used of it, or a used one that nobody planned.
#[derive(Debug)]
pub struct PartView {
    /// The entry of the plan; empty for none.
    pub part: String,
    pub name: String,
    pub planned: String,
    pub used: String,
    pub lines: Vec<LineView>,
    pub can_plan: bool,
    /// How long the reason must be that planning it asks for; none where it asks for none.
    pub least: Option<u16>,
}

/// One line of a used part.
#[derive(Debug)]
pub struct LineView {
    pub id: String,
    /// `2 pcs at 4.00 EUR = 8.00 EUR`.
    pub amount: String,
    pub source: String,
    pub meta: Html,
    pub is_replaced: bool,
    pub can_correct: bool,
}

/// The reader's timer that runs.
#[derive(Debug)]
pub struct Running {
    pub since: Html,
    pub seconds: i64,
    /// `42 m`.
    pub ran: String,
}

/// The blocks.
#[derive(Debug)]
pub struct Gathered {
    pub files: Vec<FileView>,
    by_target: BTreeMap<String, Vec<usize>>,
    pub may_add: bool,
    /// Whether a photo may come without a word about it: a completed order asks why.
    pub may_shoot: bool,
    /// Whose timers run, since when.
    pub timers: Vec<Html>,
    /// Since when the reader's own timer runs here.
    pub own_timer: Option<Running>,
    pub may_start: bool,
    pub may_log: bool,
    pub people: Vec<(String, String)>,
    pub total: String,
    pub time: Vec<TimeView>,
    pub today: String,
    pub parts: Vec<PartView>,
    pub may_use: bool,
    pub cost: String,
    pub currency: String,
    pub may_set_currency: bool,
}

impl Gathered {
    /// Of an order for whoever looks.
    pub fn of(view: &OrderView, currency: &str) -> Self {
        let gathered = &view.order.gathered;
        let files: Vec<FileView> = gathered.files.iter().map(|file| file_view(view, file)).collect();
        let mut by_target: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, file) in gathered.files.iter().enumerate().filter(|(_, file)| file.withdrawn.is_none()) {
            by_target.entry(key_of(&file.place)).or_default().push(place);
        }
        let own_timer = gathered.timer_of(view.who.id()).filter(|_| view.as_of.is_none());
        let labour = gathered.labour();
        Self {
            files,
            by_target,
            may_add: may_add(view),
            may_shoot: may_add(view) && !view.order.status.is_done(),
            timers: gathered
                .timers
                .iter()
                .map(|timer| running(view, timer.since, &text::name_of(&timer.who)))
                .collect(),
            own_timer: own_timer.map(|timer| own_running(view, timer.since)),
            may_start: view.allows(Command::Gather(Gather::StartTimer)),
            may_log: view.allows(Command::Gather(log_some(view))),
            total: text::hours(labour.iter().map(|(_, seconds)| seconds).sum()),
            people: labour.iter().map(|(who, seconds)| (text::name_of(who), text::hours(*seconds))).collect(),
            time: gathered.time.iter().rev().map(|entry| time_view(view, entry)).collect(),
            today: view.now.to_chrono().format("%Y-%m-%d").to_string(),
            parts: parts(view),
            may_use: view.allows(Command::Gather(use_some())),
            cost: gathered.cost().iter().map(Money::to_string).collect::<Vec<_>>().join(" + "),
            currency: currency.to_owned(),
            may_set_currency: view.who.may(Action::SetOrderPolicy) > Grant::Never,
        }
    }

    /// The files that stand at a place: `item:ID`, `comment:ID`.
    pub fn on(&self, place: &str) -> Vec<&FileView> {
        let places = self.by_target.get(place).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.files.get(*at)).collect()
    }

    /// The same by the id of a step.
    pub fn on_step(&self, id: &str) -> Vec<&FileView> {
        self.on(&format!("step:{id}"))
    }

    /// The same by the id of a comment.
    pub fn on_comment(&self, id: &str) -> Vec<&FileView> {
        self.on(&format!("comment:{id}"))
    }

    /// How many files there are, but for those that were taken back.
    pub fn standing_files(&self) -> usize {
        self.files.iter().filter(|file| file.withdrawn.is_none()).count()
    }

    /// Whether there is anything to say of time.
    pub fn has_time(&self) -> bool {
        self.may_log || !self.time.is_empty() || !self.timers.is_empty()
    }

    /// Whether there is anything to say of parts.
    pub fn has_parts(&self) -> bool {
        self.may_use || !self.parts.is_empty()
    }
}

fn key_of(place: &FilePlace) -> String {
    match place {
        FilePlace::Order => "order".to_owned(),
        FilePlace::Comment(id) => format!("comment:{id}"),
        part => part.target().map(|target| target.to_string()).unwrap_or_default(),
    }
}

/// Whether a file of this reader would be taken now.
pub fn may_add(view: &OrderView) -> bool {
    let some = NewFile {
        id: "new".to_owned(),
        name: "new".to_owned(),
        media_type: "image/png".to_owned(),
        size: 1,
        digest: Digest::of(b"new"),
        picture: None,
    };
    let (files, description) = (vec![some], view.some_reason());
    view.allows(Command::Gather(Gather::AddFiles {
        files,
        place: FilePlace::Order,
        description,
        most: usize::MAX,
    }))
}

fn log_some(view: &OrderView) -> Gather {
    let day = view.now.to_chrono().format("%Y-%m-%d").to_string();
    Gather::LogTime {
        worked: Worked { minutes: 1, day, note: view.some_reason(), ..Worked::default() },
        now: view.now,
    }
}

fn amount(source: String) -> PartAmount {
    PartAmount { quantity: Quantity(1_000), unit: String::new(), unit_cost: None, source }
}

fn use_some() -> Gather {
    Gather::UsePart { part: None, name: "new".to_owned(), amount: amount("x".repeat(200)) }
}

fn running(view: &OrderView, since: Timestamp, who: &str) -> Html {
    let parts = [Html::text(who), Html::text("since"), text::moment(since, view.now)];
    Html::joined(parts, " ")
}

fn own_running(view: &OrderView, since: Timestamp) -> Running {
    let seconds = (view.now.0 - since.0).max(0) / 1_000_000;
    Running { since: text::moment(since, view.now), seconds, ran: text::hours(seconds) }
}

/// `1.2 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

fn file_view(view: &OrderView, file: &OrderFile) -> FileView {
    let (place, place_href) = place_of(view, &file.place);
    let size = size(file.size);
    let about = match &file.picture {
        Some(picture) => format!("{size} · {} × {}", picture.width, picture.height),
        None => format!("{size} · {}", file.media_type),
    };
    let reason = view.some_reason();
    FileView {
        anchor: format!("file-{}", file.id),
        id: file.id.clone(),
        name: format::shown(&file.name),
        about,
        description: file.description.clone(),
        meta: {
            let by = text::by_at(Some(&file.by), Some(file.at), view.now);
            Html::joined([Some(by), view.claimed_of(&file.id)].into_iter().flatten(), " · ")
        },
        place,
        place_href,
        digest: file.digest.to_hex(),
        has_small: file.picture.is_some(),
        has_place: file.picture.is_some_and(|picture| picture.has_place),
        fault: match file.state {
            FileState::Whole => "",
            FileState::Altered => "evidence altered",
            FileState::Missing => "evidence missing",
        },
        withdrawn: file.withdrawn.as_ref().map(|undone| {
            let by = text::by_at(Some(&undone.by), Some(undone.at), view.now);
            Html::joined([Html::text("taken back by"), by, Html::text(&format!("· {}", undone.reason))], " ")
        }),
        can_withdraw: view.allows(Command::Gather(Gather::WithdrawFile { file: file.id.clone(), reason })),
        pins: pins::of(view, file),
    }
}

fn place_of(view: &OrderView, place: &FilePlace) -> (String, String) {
    match place {
        FilePlace::Order => (String::new(), String::new()),
        FilePlace::Comment(id) => ("a comment".to_owned(), format!("#comment-{id}")),
        part => match part.target() {
            Some(target) => (name_of(view, &target), format!("#{}", target.to_string().replace(':', "-"))),
            None => (String::new(), String::new()),
        },
    }
}

/// `3.2 Tighten the bolts`.
pub fn name_of(view: &OrderView, target: &Target) -> String {
    let words = match target {
        Target::Item(id) => view.order.item(id).map(|(_, item)| item.text.as_str()),
        Target::Step(id) => view.order.step(id).map(|step| step.title.as_str()),
        Target::Criterion(id) => view.order.criterion(id).map(|criterion| criterion.text.as_str()),
    };
    let reference = view.order.reference(target).unwrap_or_default();
    let place = reference.rsplit('/').next().unwrap_or_default();
    match words {
        Some(words) => format!("{place} {words}"),
        None => "something that is no longer planned".to_owned(),
    }
}

fn time_view(view: &OrderView, entry: &TimeEntry) -> TimeView {
    let when = match (entry.from, entry.until) {
        (Some(from), Some(until)) => {
            Html::joined([text::moment(from, view.now), text::moment(until, view.now)], " – ")
        }
        _ => Html::text(&entry.day),
    };
    let correct = Gather::CorrectTime {
        entry: entry.id.clone(),
        worked: Worked { day: view.now.to_chrono().format("%Y-%m-%d").to_string(), ..Worked::default() },
        reason: view.some_reason(),
        now: view.now,
    };
    let how = if entry.is_timed { "by timer" } else { "written down by" };
    let by =
        if entry.is_timed { Html::default() } else { text::by_at(Some(&entry.by), Some(entry.at), view.now) };
    let why =
        if entry.reason.is_empty() { Html::default() } else { Html::text(&format!("· {}", entry.reason)) };
    let parts = [Html::text(how), by, why].into_iter().filter(|part| !part.is_empty());
    TimeView {
        id: entry.id.clone(),
        who: text::name_of(&entry.who),
        length: text::hours(entry.seconds()),
        when,
        note: entry.note.clone(),
        meta: Html::joined(parts, " "),
        is_replaced: entry.superseded_by.is_some(),
        can_correct: view.allows(Command::Gather(correct)),
        minutes: u32::try_from(entry.seconds() / 60).unwrap_or_default(),
        day: if entry.day.is_empty() {
            entry.from.map(|from| from.to_chrono().format("%Y-%m-%d").to_string()).unwrap_or_default()
        } else {
            entry.day.clone()
        },
    }
}

fn parts(view: &OrderView) -> Vec<PartView> {
    let gathered = &view.order.gathered;
    let planned = view.order.parts.iter().map(|part| {
        let wanted = gathered.planned.iter().rev().find(|line| line.part.as_ref() == Some(&part.id));
        let used = gathered.used.iter().filter(|line| line.part.as_ref() == Some(&part.id));
        let (amount, reason) = (amount(String::new()), view.some_reason());
        let plan = Gather::PlanPart { part: part.id.clone(), amount, reason };
        PartView {
            part: part.id.clone(),
            name: markdown::plain(&part.text),
            planned: wanted.map(amount_of).unwrap_or_default(),
            can_plan: view.allows(Command::Gather(plan)),
            least: needs_reason(&view.order).then_some(view.facts.policy.min_reason),
            ..part_view(view, used)
        }
    });
    let is_free =
        |line: &&PartLine| line.part.as_ref().is_none_or(|id| view.order.parts.iter().all(|it| it.id != *id));
    let mut names: Vec<&str> = Vec::new();
    for line in gathered.used.iter().filter(is_free) {
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    let free = names.into_iter().map(|name| {
        let used = gathered.used.iter().filter(|line| line.name == name && is_free(line));
        PartView { name: name.to_owned(), ..part_view(view, used) }
    });
    planned.chain(free).collect()
}

fn part_view<'a>(view: &OrderView, used: impl Iterator<Item = &'a PartLine>) -> PartView {
    let lines: Vec<&PartLine> = used.collect();
    let standing = lines.iter().filter(|line| line.superseded_by.is_none());
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for line in standing {
        *sums.entry(line.unit.as_str()).or_insert(0) += line.quantity.0;
    }
    let sums = sums.into_iter().map(|(unit, sum)| format!("{} {unit}", Quantity(sum)).trim().to_owned());
    PartView {
        part: String::new(),
        name: String::new(),
        planned: String::new(),
        used: sums.collect::<Vec<_>>().join(" + "),
        lines: lines.into_iter().map(|line| line_view(view, line)).collect(),
        can_plan: false,
        least: None,
    }
}

fn line_view(view: &OrderView, line: &PartLine) -> LineView {
    let (reason, id) = (view.some_reason(), line.id.clone());
    let correct = Gather::CorrectPart { line: id.clone(), amount: amount(String::new()), reason };
    let by = text::by_at(Some(&line.by), Some(line.at), view.now);
    let why =
        if line.reason.is_empty() { Html::default() } else { Html::text(&format!("· {}", line.reason)) };
    LineView {
        id,
        amount: amount_of(line),
        source: line.source.clone(),
        meta: Html::joined([by, why].into_iter().filter(|part| !part.is_empty()), " "),
        is_replaced: line.superseded_by.is_some(),
        can_correct: view.allows(Command::Gather(correct)),
    }
}

/// `2 pcs at 4.00 EUR = 8.00 EUR`.
fn amount_of(line: &PartLine) -> String {
    let quantity = format!("{} {}", line.quantity, line.unit);
    match (line.unit_cost, line.cost()) {
        (Some(each), Some(all)) => format!("{} at {each} = {all}", quantity.trim()),
        _ => quantity.trim().to_owned(),
    }
}
