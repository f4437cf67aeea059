//! Pieces become blocks: what each is for, told by its form and by the headings above it.

use super::cut::{Cut, Form, Piece, cut};
use super::head::Head;
use super::pieces::{Share, clean, shares};
use super::signs::{Sign, cut_end_sign, cut_heading_sign, cut_optional, cut_sign};
use super::tabs::tab_title;
use super::words::{self, Part};
use crate::model::{Block, Kind, OrderNumber};
use crate::shield::unshielded;

/// A file read: its blocks, and what it claims beyond them.
#[derive(Debug, Default)]
pub struct Blocks {
    pub blocks: Vec<Block>,
    /// The line on which each block begins, from 1.
    pub lines: Vec<usize>,
    /// What the file says of each block: a box or a sign.
    pub claims: Vec<Option<Sign>>,
    pub head: Head,
    /// What was not taken for what it looks like, each with its line.
    pub notes: Vec<(usize, String)>,
    /// Boxes in code, in comments and in HTML.
    pub kept: usize,
    /// What is under `Work Log` and `Comments`: blocks from one to before another.
    pub log: Option<(usize, usize)>,
    pub comments: Option<(usize, usize)>,
}

/// Reads a text. All sources of its blocks together are the text.
pub fn blocks_of(text: &str) -> Blocks {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let cut = cut(body);
    let firsts = cut.pieces.iter().filter(|piece| piece.form == Form::Heading && piece.level == 1).count();
    let mut reader = Reader {
        text: body,
        cut: &cut,
        out: Blocks::default(),
        scopes: Vec::new(),
        step: None,
        level: 0,
        goals: false,
        counted: (0, 0),
        firsts,
        seen: Seen::default(),
    };
    for at in 0..cut.pieces.len() {
        reader.take(at);
    }
    while !reader.scopes.is_empty() {
        reader.leave();
    }
    let mut out = reader.out;
    if body.len() < text.len()
        && let Some(first) = out.blocks.first_mut()
    {
        first.mark = first.mark.map(|mark| mark + 3);
        first.source.iter_mut().for_each(|source| source.insert(0, '\u{feff}'));
    }
    out.blocks.iter_mut().for_each(bounded);
    out
}

/// A code block or a table may be as long as the file; what is kept twice is bounded.
fn bounded(block: &mut Block) {
    if block.kind == Kind::Head || block.kind == Kind::Hidden || block.kind == Kind::Record {
        block.text.clear();
    }
}

/// A heading that says what stands below it.
#[derive(Clone, Copy)]
struct Scope {
    level: u8,
    part: Part,
    /// The block of the heading.
    from: usize,
    /// The highest heading below it so far.
    highest: Option<u8>,
}

/// What stands before the place that is read.
#[derive(Clone, Copy, Default)]
struct Seen {
    heading: bool,
    /// Work, or a title.
    work: bool,
    /// What ends the head of a file.
    begun: bool,
}

struct Reader<'a> {
    text: &'a str,
    cut: &'a Cut,
    out: Blocks,
    scopes: Vec<Scope>,
    /// The level of a step that keeps the headings below it.
    step: Option<u8>,
    /// The level of the last heading.
    level: u8,
    /// The last paragraph said that goals follow.
    goals: bool,
    /// A place in the text and the lines before it.
    counted: (usize, usize),
    /// Headings of the first level in the file.
    firsts: usize,
    seen: Seen,
}

impl Reader<'_> {
    fn take(&mut self, at: usize) {
        let Some(piece) = self.cut.pieces.get(at) else { return };
        let end = self.cut.pieces.get(at + 1).map_or(self.text.len(), |next| next.at);
        if piece.form == Form::Heading {
            self.heading(at, piece, end);
            return;
        }
        let shares = shares(self.text, piece, &self.cut.masked);
        let ends = shares.iter().skip(1).map(|share| share.at).chain([end]);
        let parts: Vec<(Share, usize)> = shares.iter().cloned().zip(ends).collect();
        for (share, end) in parts {
            let (kind, sign, text, required) = self.kind_of(piece, &share, end);
            let is_bytes =
                matches!(kind, Kind::Code | Kind::Table | Kind::Record | Kind::Head | Kind::Hidden);
            let text = if is_bytes { text } else { unshielded(&text) };
            let level = if kind == Kind::Section { (self.level + 1).min(6) } else { 0 };
            let block = Block {
                depth: piece.depth,
                level,
                language: piece.language.trim().to_owned(),
                required,
                mark: offset(share.mark, share.at),
                ..Block::of(kind, text)
            };
            self.push(block, sign, share.at, end);
        }
    }

    fn push(&mut self, block: Block, sign: Option<Sign>, from: usize, end: usize) {
        let source = self.text.get(from..end).unwrap_or_default().to_owned();
        let line = self.line_at(from);
        if matches!(block.kind, Kind::Code | Kind::Hidden | Kind::Text) {
            self.note_unticked(&block, &source, line);
        }
        self.see(&block);
        self.out.blocks.push(Block { source: Some(source), ..block });
        self.out.claims.push(sign);
        self.out.lines.push(line);
    }

    fn see(&mut self, block: &Block) {
        self.seen.heading |= block.level > 0;
        self.seen.work |= matches!(block.kind, Kind::Step | Kind::Item | Kind::Criterion | Kind::Title);
        self.seen.begun |=
            matches!(block.kind, Kind::Step | Kind::Item) || (block.kind == Kind::Section && block.level > 1);
        let place = self.out.blocks.len();
        for scope in &mut self.scopes {
            if place > scope.from && block.level > scope.level {
                scope.highest = Some(scope.highest.map_or(block.level, |least| least.min(block.level)));
            }
        }
    }

    /// Boxes in code, in comments and in HTML are no work; whoever wrote them is told.
    fn note_unticked(&mut self, block: &Block, source: &str, line: usize) {
        let is_box = |line: &str| {
            let line = line.trim_start_matches([' ', '\t', '>']);
            let bare = line.trim_start_matches(['-', '*', '+']).trim_start();
            bare.len() < line.len() && super::boxes::at_start(bare).is_some_and(|it| it.length > 2)
        };
        let count = source.lines().filter(|line| is_box(line)).count();
        if count > 0 {
            self.out.kept += count;
            let place = match block.kind {
                Kind::Code => "in a code block",
                Kind::Hidden => "in a hidden comment",
                _ => "in HTML",
            };
            let boxes = if count == 1 { "1 box stands".to_owned() } else { format!("{count} boxes stand") };
            self.out.notes.push((line, format!("{boxes} {place} and cannot be ticked")));
        }
    }

    /// The line of a place that is not before the last one asked for.
    fn line_at(&mut self, at: usize) -> usize {
        let (from, lines) = self.counted;
        self.counted = (at.max(from), lines + lines_in(self.text.get(from..at).unwrap_or_default()));
        1 + self.counted.1
    }

    fn part(&self) -> Option<Part> {
        self.scopes.last().map(|scope| scope.part)
    }

    fn kind_of(&mut self, piece: &Piece, share: &Share, end: usize) -> (Kind, Option<Sign>, String, bool) {
        let shown = self.text.get(share.at..end).unwrap_or_default();
        let line = self.line_at(share.at);
        let was_goals = std::mem::take(&mut self.goals);
        if matches!(self.part(), Some(Part::Log | Part::Comments)) {
            return (Kind::Record, None, String::new(), true);
        }
        match piece.form {
            Form::Point | Form::Row | Form::Paragraph if share.ticked.is_some() => self.boxed(share),
            Form::Point => self.point(piece, share, was_goals),
            Form::Paragraph => self.paragraph(piece, share, line),
            Form::Warning if self.part() == Some(Part::Points(Kind::Safety)) => {
                (Kind::Safety, None, warning_text(shown), true)
            }
            Form::Warning => (Kind::Warning, None, warning_text(shown), true),
            Form::Code => (Kind::Code, None, piece.plain.trim_end_matches('\n').to_owned(), true),
            Form::Table | Form::Row => self.table(piece, shown, line),
            Form::Html if shown.trim_start().starts_with("<!--") => (Kind::Hidden, None, String::new(), true),
            Form::Front => {
                self.out.head.take_front(&piece.plain, line);
                (Kind::Head, None, String::new(), true)
            }
            Form::Picture => (Kind::Picture, None, share.text.clone(), true),
            Form::Html | Form::Rule | Form::Heading => (Kind::Text, None, unquoted(shown, piece), true),
        }
    }

    fn boxed(&mut self, share: &Share) -> (Kind, Option<Sign>, String, bool) {
        let sign = if share.ticked == Some(true) { Sign::Done } else { Sign::Open };
        let (text, required) = cut_optional(&share.text);
        let kind = match self.part() {
            Some(Part::Points(Kind::Criterion)) => Kind::Criterion,
            _ => Kind::Item,
        };
        (kind, Some(sign), text.to_owned(), required)
    }

    fn point(&mut self, piece: &Piece, share: &Share, was_goals: bool) -> (Kind, Option<Sign>, String, bool) {
        let kind = match self.part() {
            Some(Part::Points(kind)) if piece.depth == 0 => kind,
            _ if was_goals => {
                self.goals = true;
                Kind::Goal
            }
            _ => Kind::Point,
        };
        if kind != Kind::Criterion {
            return (kind, None, share.text.clone(), true);
        }
        let (first, rest) = share.text.split_once('\n').unwrap_or((&share.text, ""));
        let (first, sign) = cut_sign(first);
        let text = if rest.is_empty() { first.to_owned() } else { format!("{first}\n{rest}") };
        (kind, sign, text, true)
    }

    fn paragraph(&mut self, piece: &Piece, share: &Share, line: usize) -> (Kind, Option<Sign>, String, bool) {
        let text = share.text.clone();
        let kind = if is_picture(&text) {
            Kind::Picture
        } else if let Some(title) = tab_title(&text) {
            // It divides a step as a heading does; what stands in it is indented, and its boxes are found all the same.
            return (Kind::Section, None, title.to_owned(), true);
        } else if self.is_house_title(&text) {
            self.out.head.title = bold_line(&text).map(str::to_owned);
            Kind::Title
        } else if self.is_before_all() && self.out.head.take_lines(&text, line) {
            Kind::Head
        } else if self.part() == Some(Part::Points(Kind::Safety))
            && !text.ends_with([':', '：'])
            && piece.depth == 0
        {
            Kind::Safety
        } else if words::warns(&text) {
            Kind::Warning
        } else {
            self.goals = words::announces_goals(&text);
            Kind::Text
        };
        (kind, None, text, true)
    }

    /// In the house form the title stands in bold as the first line of the description.
    fn is_house_title(&self, text: &str) -> bool {
        let before = self.out.blocks.last().filter(|block| block.kind == Kind::Section);
        let described = before.is_some_and(|block| block.text.eq_ignore_ascii_case("description"));
        described && bold_line(text).is_some()
    }

    fn is_before_all(&self) -> bool {
        !self.seen.begun || self.part() == Some(Part::Head)
    }

    fn table(&mut self, piece: &Piece, shown: &str, line: usize) -> (Kind, Option<Sign>, String, bool) {
        let text = unquoted(shown, piece);
        let is_named = self.part() == Some(Part::Head);
        let is_head = piece.form == Form::Table
            && self.is_before_all()
            && self.out.head.take_table(text.trim_end(), line, is_named);
        (if is_head { Kind::Head } else { Kind::Table }, None, text, true)
    }

    fn heading(&mut self, at: usize, piece: &Piece, end: usize) {
        self.goals = false;
        self.level = piece.level;
        while self.scopes.last().is_some_and(|scope| scope.level >= piece.level) {
            self.leave();
        }
        let plain = clean(&piece.plain);
        if plain.is_empty() {
            self.push(Block::of(Kind::Hidden, ""), None, piece.at, end);
            return;
        }
        // The sign that is turned later is the one at the end of the line, whatever a comment hides before it.
        let ended = cut_end_sign(piece.plain.trim()).map(|(words, sign)| (clean(words), sign));
        let (words, sign) = match &ended {
            Some((words, sign)) if !words.is_empty() => (words.as_str(), Some(*sign)),
            _ => cut_heading_sign(&plain),
        };
        let part = words::part_of(words).filter(|part| self.is_really(*part, words, at, piece.level));
        let kind = self.heading_kind(at, piece.level, words, part);
        let from = self.out.blocks.len();
        if let Some(part) = part.filter(|_| kind != Kind::Title && kind != Kind::Record) {
            self.scopes.push(Scope { level: piece.level, part, from, highest: None });
        }
        let text = match kind {
            Kind::Title => self.title(words),
            Kind::Step => {
                words::behind_step(words).filter(|rest| !rest.is_empty()).unwrap_or(words).to_owned()
            }
            _ => plain.clone(),
        };
        let (text, required) = if kind == Kind::Step { cut_optional(&text) } else { (text.as_str(), true) };
        let text = if kind == Kind::Step && text.is_empty() { plain.as_str() } else { text };
        let begin = piece.words.map(|(from, _)| from);
        let box_at = |from: &usize| super::boxes::at_start(self.text.get(*from..).unwrap_or_default());
        let begin =
            begin.filter(|from| box_at(from).is_some_and(|it| it.is_ticked == (sign == Some(Sign::Done))));
        let mark = offset(begin.filter(|_| kind == Kind::Step), piece.at);
        let block = Block { level: piece.level, required, mark, ..Block::of(kind, text) };
        self.push(block, sign.filter(|_| kind == Kind::Step), piece.at, end);
    }

    /// Ends the innermost scope; remembers where log and comments stand.
    fn leave(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        let range = Some((scope.from + 1, self.out.blocks.len()));
        match scope.part {
            Part::Log => self.out.log = range,
            Part::Comments => self.out.comments = range,
            _ => {}
        }
    }

    /// A heading named like the log is the log when what stands below it is dated and has no boxes.
    /// One that may speak of another safety than that of people at work is safety notes only where nothing is to be ticked.
    fn is_really(&self, part: Part, words: &str, at: usize, level: u8) -> bool {
        if !matches!(part, Part::Log | Part::Comments) {
            return part != Part::Points(Kind::Safety)
                || words::is_of_work(words)
                || !self.holds_boxes(at, level);
        }
        let below = self.cut.pieces.iter().skip(at + 1);
        let mut own = below.take_while(|piece| piece.form != Form::Heading || piece.level > level);
        let first = own.find(|piece| piece.form == Form::Heading);
        let dated = first.is_some_and(|piece| piece.plain.chars().any(|c| c.is_ascii_digit()));
        dated && !self.holds_boxes(at, level)
    }

    /// Whether boxes stand anywhere below a heading and those under it.
    fn holds_boxes(&self, at: usize, level: u8) -> bool {
        let below = self.cut.pieces.iter().skip(at + 1);
        let mut own = below.take_while(|piece| piece.form != Form::Heading || piece.level > level);
        own.any(|piece| shares(self.text, piece, &self.cut.masked).iter().any(|it| it.ticked.is_some()))
    }

    fn heading_kind(&mut self, at: usize, level: u8, words: &str, part: Option<Part>) -> Kind {
        if level == 1 && (self.is_first_heading() || self.is_only_title()) {
            return Kind::Title;
        }
        if matches!(self.part(), Some(Part::Log | Part::Comments)) {
            return Kind::Record;
        }
        if let Some(step) = self.step {
            if level > step {
                return Kind::Section;
            }
            self.step = None;
        }
        let is_own = words::behind_step(words).is_some();
        let listed = self.part() == Some(Part::Steps) && self.is_child(level);
        if is_own || listed {
            self.step = Some(level);
            return Kind::Step;
        }
        let points = matches!(part, Some(Part::Points(Kind::Criterion)));
        let inside_criteria = self.part() == Some(Part::Points(Kind::Criterion));
        if !points && !inside_criteria && self.has_boxes(at) { Kind::Step } else { Kind::Section }
    }

    /// Whether the file has one heading of the first level, and no work stands before it.
    fn is_only_title(&self) -> bool {
        self.firsts == 1 && !self.seen.work
    }

    fn is_first_heading(&self) -> bool {
        !self.seen.heading
    }

    /// Whether a heading stands right below the one that opened the scope.
    fn is_child(&self, level: u8) -> bool {
        self.scopes.last().is_some_and(|scope| scope.highest.is_none_or(|highest| level <= highest))
    }

    /// Whether boxes stand below a heading, before the next one.
    fn has_boxes(&self, at: usize) -> bool {
        let below = self.cut.pieces.iter().skip(at + 1).take_while(|piece| piece.form != Form::Heading);
        below
            .into_iter()
            .any(|piece| shares(self.text, piece, &self.cut.masked).iter().any(|it| it.ticked.is_some()))
    }

    /// `Work Order: WO-2026-001` is a number, `Work Order: Swap the pump` a title, and everything else too.
    fn title(&mut self, words: &str) -> String {
        let (label, rest) = words.split_once([':', '：']).unwrap_or((words, ""));
        let named = label.trim().eq_ignore_ascii_case("work order").then(|| rest.trim());
        let numbered = words
            .get(10..)
            .filter(|_| words.get(..10).is_some_and(|it| it.eq_ignore_ascii_case("work order")));
        let number = named.or(numbered).and_then(OrderNumber::parse).or_else(|| OrderNumber::parse(words));
        if number.is_some() {
            self.out.head.number = number;
            return String::new();
        }
        let title = named.filter(|rest| !rest.is_empty()).unwrap_or(words).to_owned();
        // What front matter calls the title was meant as one; the heading stays a part of the document.
        if !title.eq_ignore_ascii_case("work order") && self.out.head.title.is_none() {
            self.out.head.title = Some(title.clone());
        }
        title
    }
}

fn offset(mark: Option<usize>, from: usize) -> Option<u32> {
    u32::try_from(mark?.checked_sub(from)?).ok()
}

/// Lines that a text ends.
pub fn lines_in(text: &str) -> usize {
    let alone = text.matches('\r').count() - text.matches("\r\n").count();
    text.matches('\n').count() + alone
}

fn bold_line(text: &str) -> Option<&str> {
    let title = text.trim().strip_prefix("**")?.strip_suffix("**")?.trim();
    (!title.is_empty() && !title.contains("**") && !text.trim().contains('\n')).then_some(title)
}

fn is_picture(text: &str) -> bool {
    text.starts_with("![") && text.ends_with(')') && text.matches("](").count() == 1
}

/// A quote's words, without its marks and the line that says what it is.
fn warning_text(shown: &str) -> String {
    let lines = shown.lines().map(|line| line.trim_start().trim_start_matches('>').trim_start_matches(' '));
    let lines = lines.filter(|line| !(line.starts_with("[!") && line.trim_end().ends_with(']')));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The lines of a piece without the quote marks and the indentation of the list it stands in.
fn unquoted(shown: &str, piece: &Piece) -> String {
    if piece.depth == 0 && !piece.is_quoted {
        return shown.trim_matches(['\n', '\r']).trim_end().to_owned();
    }
    let strip = |line: &str| {
        let line = if piece.is_quoted { line.trim_start_matches([' ', '>']) } else { line.trim_start() };
        line.trim_end().to_owned()
    };
    shown.lines().map(strip).collect::<Vec<_>>().join("\n").trim().to_owned()
}
