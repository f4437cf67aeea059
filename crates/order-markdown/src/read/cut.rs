//! A text cut into pieces at the beginnings of its blocks (`CommonMark` with tables and front matter).
//!
//! The pieces are the text: every byte belongs to exactly one of them, blank lines to the piece before.

use std::rc::Rc;

use foundation::nesting;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

/// What a piece is, before anybody asks what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Heading,
    /// A list item without what stands below it.
    Point,
    /// A row of a table that has boxes.
    Row,
    Paragraph,
    /// A quote that warns.
    Warning,
    Code,
    Table,
    Html,
    Front,
    Rule,
    Picture,
}

/// One piece.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Byte offset in the text.
    pub at: usize,
    pub form: Form,
    /// How many list items it stands in, itself not counted.
    pub depth: u8,
    /// Of a heading: 1 to 6.
    pub level: u8,
    /// Where its words begin and end in the text; none where it has none.
    pub words: Option<(usize, usize)>,
    /// Of a heading its words without marks, of code its lines.
    pub plain: String,
    pub language: String,
    /// Of a table and its rows: the names of the columns.
    pub columns: Rc<[String]>,
    /// Whether it stands in a quote.
    pub is_quoted: bool,
}

/// The pieces of a text and the places in it that are code, links or pictures.
pub struct Cut {
    pub pieces: Vec<Piece>,
    /// In their order; none overlaps another.
    pub masked: Vec<(usize, usize)>,
}

/// What is read as Markdown.
const FORM: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_GFM);
/// What is read besides at the top of a file alone: further down the same lines are rules, and what stands between them is text.
const FRONT: Options =
    Options::ENABLE_YAML_STYLE_METADATA_BLOCKS.union(Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS);

/// Cuts a text; a carriage return by itself ends a line too. One that nests too deep to be parsed is one paragraph.
pub fn cut(text: &str) -> Cut {
    if nesting::too_deep(text).is_some() {
        return Cut { pieces: vec![Piece::new(0, Form::Paragraph)], masked: Vec::new() };
    }
    let lines = unix(text);
    let mut cutter =
        Cutter { text: &lines, pieces: Vec::new(), masked: Vec::new(), within: Vec::new(), inside: None };
    let front = front_matter(&lines);
    let (head, body) = lines.split_at(front);
    for (event, range) in Parser::new_ext(head, FORM | FRONT).into_offset_iter() {
        cutter.take(event, range.start, range.end);
    }
    for (event, range) in Parser::new_ext(body, FORM).into_offset_iter() {
        cutter.take(event, front + range.start, front + range.end);
    }
    let Cutter { mut pieces, masked, .. } = cutter;
    match pieces.first_mut() {
        Some(first) => first.at = 0,
        None => pieces.push(Piece::new(0, Form::Paragraph)),
    }
    Cut { pieces, masked: apart(masked) }
}

/// The same places as ranges in their order of which none overlaps another: a link may hold code.
fn apart(mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    ranges.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (start, end) in ranges {
        match apart.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => apart.push((start, end)),
        }
    }
    apart
}

/// Where the front matter ends that a text begins with; 0 without any.
fn front_matter(text: &str) -> usize {
    let first = Parser::new_ext(text, FORM | FRONT).into_offset_iter().next();
    match first {
        Some((Event::Start(Tag::MetadataBlock(_)), range)) if names_values(text.get(range.clone())) => {
            range.end
        }
        _ => 0,
    }
}

/// Whether what stands between the marks begins with a name and its value, and no box to tick stands there: a file may begin with a rule.
fn names_values(shown: Option<&str>) -> bool {
    let mut lines = shown.unwrap_or_default().lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().find(|line| !line.starts_with('#'));
    let is_named = first.is_none_or(|line| line.contains([':', '=']) || line.starts_with(['-', '+']));
    is_named
        && !lines.any(|line| line.strip_prefix("- ").is_some_and(|it| super::boxes::at_start(it).is_some()))
}

/// The same text with every line end as one newline at the same places: byte offsets stay.
fn unix(text: &str) -> String {
    if !text.contains('\r') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let alone = |i: usize| bytes.get(i) == Some(&b'\r') && bytes.get(i + 1) != Some(&b'\n');
    let turned = bytes.iter().enumerate().map(|(i, byte)| if alone(i) { b'\n' } else { *byte });
    String::from_utf8(turned.collect()).unwrap_or_else(|_| text.to_owned())
}

impl Piece {
    fn new(at: usize, form: Form) -> Self {
        Self {
            at,
            form,
            depth: 0,
            level: 0,
            words: None,
            plain: String::new(),
            language: String::new(),
            columns: Rc::default(),
            is_quoted: false,
        }
    }
}

/// Bytes before the words of a line of a list: indentation, quote marks, bullet or number; of any other line its indentation.
fn bullet_length(line: &str) -> usize {
    let bare = line.trim_start_matches([' ', '\t', '>']);
    let indent = line.len() - bare.len();
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let marks = match bare.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => digits + 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        _ => return indent,
    };
    let rest = bare.get(marks..).unwrap_or_default();
    if rest.starts_with([' ', '\t']) {
        indent + marks + rest.len() - rest.trim_start_matches([' ', '\t']).len()
    } else {
        indent
    }
}

/// What the reading stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// An item of a list; whether anything of it was read.
    Item(bool),
    Quote,
    Warning,
    /// A table; whether it has boxes.
    Table(bool),
}

struct Cutter<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    masked: Vec<(usize, usize)>,
    within: Vec<Within>,
    /// A heading, code or front matter whose text is gathered.
    inside: Option<Form>,
}

impl Cutter<'_> {
    fn take(&mut self, event: Event<'_>, start: usize, end: usize) {
        match event {
            Event::Start(tag) => self.begin(tag, start, end),
            Event::End(tag) => self.end(tag),
            Event::Rule => self.open(Form::Rule, start),
            Event::Html(_) => {}
            Event::Text(text) => self.words(&text, start, end),
            Event::Code(text) => {
                self.masked.push((start, end));
                self.words(&text, start, end);
            }
            Event::InlineHtml(_) => {
                self.masked.push((start, end));
                self.words("", start, end);
            }
            _ => self.words(" ", start, end),
        }
    }

    fn begin(&mut self, tag: Tag<'_>, start: usize, end: usize) {
        // What a tab indents is said to begin with the end of the line before.
        let shown = self.text.get(start..end).unwrap_or_default();
        let start = start + shown.len() - shown.trim_start_matches(['\r', '\n']).len();
        match tag {
            Tag::Heading { level, .. } => {
                self.open(Form::Heading, start);
                self.last(|piece| piece.level = level as u8);
                self.inside = Some(Form::Heading);
            }
            Tag::Paragraph if self.within.last() == Some(&Within::Item(false)) => self.begun(),
            Tag::Paragraph if self.within.last() == Some(&Within::Warning) => {}
            Tag::Paragraph => self.open(Form::Paragraph, start),
            Tag::BlockQuote(kind) => self.quote(kind, start, end),
            Tag::CodeBlock(CodeBlockKind::Indented) if self.is_indented_list(start, end) => {
                self.indented_list(start, end);
                self.inside = Some(Form::Point);
            }
            Tag::CodeBlock(kind) => {
                self.open(Form::Code, start);
                if let CodeBlockKind::Fenced(language) = kind {
                    self.last(|piece| piece.language = language.into_string());
                }
                self.inside = Some(Form::Code);
            }
            Tag::HtmlBlock => {
                self.open(Form::Html, start);
                self.behind_comment(start, end);
            }
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.open(Form::Front, start);
                self.inside = Some(Form::Front);
            }
            Tag::Item => {
                self.begun();
                self.open(Form::Point, start);
                self.within.push(Within::Item(false));
            }
            Tag::Table(_) => self.table(start, end),
            Tag::TableRow if self.within.last() == Some(&Within::Table(true)) => self.row(start, end),
            Tag::Link { .. } | Tag::Image { .. } => {
                self.masked.push((start, end));
                self.words("", start, end);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.words("", start, end),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Item | TagEnd::Table | TagEnd::BlockQuote(_) => {
                self.within.pop();
            }
            TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => self.inside = None,
            _ => {}
        }
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>, start: usize, end: usize) {
        let heeds = matches!(
            kind,
            Some(BlockQuoteKind::Warning | BlockQuoteKind::Caution | BlockQuoteKind::Important)
        );
        let shown = self.text.get(start..end).unwrap_or_default();
        if heeds || super::words::warns(shown.trim_start_matches(['>', ' '])) {
            self.open(Form::Warning, start);
            self.last(|piece| piece.words = Some((start, end)));
            self.within.push(Within::Warning);
        } else {
            self.within.push(Within::Quote);
        }
    }

    /// What stands below a line such as `!!! note` is indented, and to `CommonMark` code; boxes in it are meant as boxes.
    fn is_indented_list(&self, start: usize, end: usize) -> bool {
        let shown = self.text.get(start..end).unwrap_or_default();
        shown.lines().any(|line| {
            let words = line.get(bullet_length(line)..).unwrap_or_default();
            words.len() < line.len() && super::boxes::at_start(words).is_some_and(|it| it.length > 2)
        })
    }

    fn indented_list(&mut self, start: usize, end: usize) {
        let base = self.items();
        let mut at = self.line_start(start);
        let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t', '>']).len();
        let block = self.text.get(at..end).unwrap_or_default();
        let least = block.lines().filter(|line| !line.trim().is_empty()).map(indent_of).min().unwrap_or(0);
        for line in block.split_inclusive('\n') {
            let (indent, marks) = (indent_of(line), bullet_length(line));
            let words = line.get(marks..).unwrap_or_default().trim_end();
            let is_point = marks > indent;
            if is_point || (indent <= least && !words.is_empty()) {
                let deeper = u8::try_from((indent - least.min(indent)) / 2).unwrap_or(u8::MAX);
                let form = if is_point { Form::Point } else { Form::Paragraph };
                let words = Some((at + marks, at + marks + words.len()));
                self.pieces.push(Piece { depth: base.saturating_add(deeper), words, ..Piece::new(at, form) });
            } else if !words.is_empty() {
                let to = at + line.trim_end().len();
                self.last(|piece| piece.words = piece.words.map(|(from, _)| (from, to)));
            }
            at += line.len();
        }
    }

    /// What stands on the line that ends a comment is to `CommonMark` part of it; a box there is meant as a box.
    fn behind_comment(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(rest) = self.text.get(at..end).filter(|rest| rest.trim_start().starts_with("<!--")) {
            let Some(length) = rest.find("-->") else { return };
            at += length + "-->".len();
        }
        let line = self.text.get(at..end).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let marks = bullet_length(line);
        let words = line.get(marks..).unwrap_or_default().trim_end();
        if at > start && super::boxes::at_start(words).is_some_and(|it| it.length > 2) {
            let form =
                if line.trim_start().len() > line.len() - marks { Form::Point } else { Form::Paragraph };
            let words = Some((at + marks, at + marks + words.len()));
            self.pieces.push(Piece { depth: self.items(), words, ..Piece::new(at, form) });
        }
    }

    fn items(&self) -> u8 {
        u8::try_from(self.within.iter().filter(|it| matches!(it, Within::Item(_))).count()).unwrap_or(u8::MAX)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
    }

    fn table(&mut self, start: usize, end: usize) {
        self.open(Form::Table, start);
        let shown = self.text.get(start..end).unwrap_or_default();
        let has_boxes = !super::boxes::all_in(shown, start, &[]).is_empty();
        if !has_boxes {
            self.last(|piece| piece.words = Some((start, end)));
        }
        let columns = shown.lines().next().map(super::rows::cells).unwrap_or_default();
        self.last(|piece| piece.columns = columns.into_iter().map(|(_, cell)| cell.to_owned()).collect());
        self.within.push(Within::Table(has_boxes));
    }

    fn row(&mut self, start: usize, end: usize) {
        let columns = self.pieces.last().map(|piece| piece.columns.clone()).unwrap_or_default();
        self.open(Form::Row, start);
        self.last(|piece| {
            piece.columns = columns;
            piece.words = Some((start, end));
        });
    }

    /// A new piece from the beginning of the line on. Two on one line are one: the inner one.
    fn open(&mut self, form: Form, start: usize) {
        let at = self.line_start(start);
        let same_line = self.pieces.last().is_some_and(|last| last.at == at);
        if same_line {
            // An item that begins with a heading or a paragraph stays an item.
            let keeps = matches!(form, Form::Paragraph | Form::Heading);
            self.last(|piece| {
                if !(keeps && piece.form == Form::Point) {
                    piece.form = form;
                }
            });
        } else {
            self.pieces.push(Piece::new(at, form));
        }
        let depth = self.items();
        let is_quoted = self.within.iter().any(|it| matches!(it, Within::Quote | Within::Warning));
        self.begun();
        self.last(|piece| {
            piece.depth = depth;
            piece.is_quoted = is_quoted;
        });
    }

    /// The item that is being read has begun.
    fn begun(&mut self) {
        if let Some(Within::Item(is_begun)) = self.within.last_mut() {
            *is_begun = true;
        }
    }

    fn last(&mut self, change: impl FnOnce(&mut Piece)) {
        if let Some(piece) = self.pieces.last_mut() {
            change(piece);
        }
    }

    fn words(&mut self, shown: &str, start: usize, end: usize) {
        let inside = self.inside;
        if inside == Some(Form::Point) {
            return;
        }
        self.begun();
        // A sign that a backslash makes a word is told of without it, and would read as the sign.
        let start = start - usize::from(self.text.get(..start).is_some_and(|before| before.ends_with('\\')));
        self.last(|piece| {
            if inside.is_some() {
                piece.plain.push_str(shown);
            }
            if matches!(piece.form, Form::Warning | Form::Row) {
                return;
            }
            let (from, to) = piece.words.unwrap_or((start, end));
            piece.words = Some((from.min(start), to.max(end)));
        });
    }
}
