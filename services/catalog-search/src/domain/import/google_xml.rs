//! Google Merchant product data as XML: RSS 2.0 or Atom, fields in Google's namespace or in the format's own.
//!
//! The document is read event by event. Whatever could be used to harm the reader is refused: a document type definition (which alone
//! can define entities), deep nesting, endless fields, text that is no UTF-8, and a document that breaks off or does not fit together:
//! half a feed must not pass for a whole one.

use quick_xml::{
    NsReader,
    events::{BytesRef, BytesStart, Event},
    name::{Namespace, ResolveResult},
};

use super::{
    Row,
    google::{Item, records},
    report::Rejection,
};

const GOOGLE: &str = "http://base.google.com/ns/1.0";
const ATOM: &str = "http://www.w3.org/2005/Atom";
/// Deepest nesting that a feed has a use for is six.
const DEEPEST: usize = 16;
/// Longest field, in bytes.
const LONGEST_FIELD: usize = 1 << 20;

pub(super) fn read(feed: &[u8]) -> Vec<Row> {
    match items(feed) {
        Ok(items) => records(items),
        Err((item, reason)) => vec![Err(Rejection::new(item, "", reason))],
    }
}

/// The items, or at which one reading ended and why.
fn items(feed: &[u8]) -> Result<Vec<Item>, (u32, String)> {
    let text = std::str::from_utf8(feed).map_err(|error| {
        (0, format!("the XML is not UTF-8 at byte {}; other encodings are not read", error.valid_up_to()))
    })?;
    let mut reader = NsReader::from_str(text);
    let mut document = Document::default();
    loop {
        let at = reader.buffer_position();
        let (namespace, event) = reader
            .read_resolved_event()
            .map_err(|error| document.broken(format!("is broken at byte {at}: {error}")))?;
        let ours = is_ours(&namespace);
        match event {
            Event::Start(start) => document.open(&start, ours)?,
            Event::Empty(start) => {
                document.open(&start, ours)?;
                document.close();
            }
            Event::End(_) => document.close(),
            Event::Text(text) => document.text(&text.xml10_content())?,
            Event::CData(text) => document.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => document.text(&resolved(&reference))?,
            Event::DocType(_) => return Err(document.broken("has a document type definition".to_owned())),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => return document.finish(),
        }
    }
}

/// Fields stand in Google's namespace, in Atom's, or in none, as RSS does. A feed that forgot to declare `g` means Google's.
fn is_ours(namespace: &ResolveResult<'_>) -> bool {
    match namespace {
        ResolveResult::Unbound => true,
        ResolveResult::Bound(Namespace(name)) => [GOOGLE, ATOM].contains(name),
        ResolveResult::Unknown(prefix) => prefix == "g",
    }
}

/// What a reference stands for. A named one that XML does not know stays as it is: texts of shops are full of HTML's.
fn resolved(reference: &BytesRef<'_>) -> String {
    let name = reference.xml10_content();
    match (reference.resolve_char_ref(), name.as_ref()) {
        (Ok(Some(character)), _) => character.to_string(),
        (_, "amp") => "&".to_owned(),
        (_, "lt") => "<".to_owned(),
        (_, "gt") => ">".to_owned(),
        (_, "quot") => "\"".to_owned(),
        (_, "apos") => "'".to_owned(),
        (_, name) => format!("&{name};"),
    }
}

/// What was read so far.
#[derive(Default)]
struct Document {
    /// Open elements; those of other namespaces have no name.
    path: Vec<String>,
    items: Vec<Item>,
    /// The item being read.
    item: Option<Item>,
    /// How deep its element is.
    item_depth: usize,
    /// Text of the innermost element.
    text: String,
    /// Name and value of the detail being read.
    detail: (String, String),
}

impl Document {
    fn open(&mut self, start: &BytesStart<'_>, ours: bool) -> Result<(), (u32, String)> {
        let name = if ours { start.local_name().as_ref().to_owned() } else { String::new() };
        if self.path.is_empty() && name != "rss" && name != "feed" {
            return Err(self.broken(format!("begins with {name:?}, not with rss or feed")));
        }
        if self.path.len() == DEEPEST {
            return Err(self.broken(format!("has elements nested more than {DEEPEST} deep")));
        }
        self.path.push(name);
        self.text.clear();
        let begins = self.path.last().is_some_and(|name| name == "item" || name == "entry");
        if self.item.is_none() && begins {
            self.item = Some(Item { row: self.number(), ..Item::default() });
            self.item_depth = self.path.len();
        }
        // Atom writes the address into an attribute.
        if self.path.len() == self.item_depth + 1 && self.path.last().is_some_and(|name| name == "link") {
            self.text.push_str(&href(start));
        }
        Ok(())
    }

    fn close(&mut self) {
        let (depth, name) = (self.path.len(), self.path.pop().unwrap_or_default());
        let text = std::mem::take(&mut self.text);
        let Some(item) = &mut self.item else { return };
        if depth == self.item_depth {
            self.items.extend(self.item.take());
            self.item_depth = 0;
        } else if depth == self.item_depth + 1 && name == "product_detail" {
            item.details.push(std::mem::take(&mut self.detail));
        } else if depth == self.item_depth + 1 && !name.is_empty() && !text.trim().is_empty() {
            item.fields.push((name, text));
        } else if depth == self.item_depth + 2 && self.path.last().is_some_and(|outer| outer == "product_detail") {
            match name.as_str() {
                "attribute_name" => self.detail.0 = text,
                "attribute_value" => self.detail.1 = text,
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &str) -> Result<(), (u32, String)> {
        if self.text.len() + text.len() > LONGEST_FIELD {
            return Err(self.broken(format!("has a field longer than {LONGEST_FIELD} bytes")));
        }
        if self.item.is_some() {
            self.text.push_str(text);
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Item>, (u32, String)> {
        if self.path.is_empty() { Ok(self.items) } else { Err(self.broken("breaks off".to_owned())) }
    }

    /// Number of the item that is read or comes next.
    fn number(&self) -> u32 {
        u32::try_from(self.items.len() + 1).unwrap_or(u32::MAX)
    }

    fn broken(&self, what: String) -> (u32, String) {
        (self.number(), format!("the XML {what}; nothing of it is taken"))
    }
}

/// Where a link leads, when it is to the page itself.
fn href(start: &BytesStart<'_>) -> String {
    let attribute = |name: &str| {
        let found = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
        found.map(|attribute| attribute.value.into_owned())
    };
    match attribute("rel").as_deref() {
        None | Some("alternate") => attribute("href").unwrap_or_default(),
        Some(_) => String::new(),
    }
}
