//! Cards, chips and carts as a terminal shows them. Everything in them was written by others.

use std::fmt::Write as _;

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use serde_json::Value;

use super::api::Chip;
use crate::console::{Palette, plain};

/// Narrowest table that is still a table.
const LEAST_WIDTH: usize = 40;
/// Most facts named of a product.
const MOST_FACTS: usize = 4;
/// Attributes worth a place in the table, most telling first.
const FACTS: [&str; 9] =
    ["colour", "material", "width_cm", "depth_cm", "height_cm", "bed_size", "seats", "weight_capacity_kg", "style"];

/// How answers look.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    palette: Palette,
    width: u16,
}

impl View {
    /// For a terminal of so many columns.
    pub(super) fn new(palette: Palette, columns: usize) -> Self {
        Self { palette, width: u16::try_from(columns.max(LEAST_WIDTH)).unwrap_or(u16::MAX) }
    }

    /// Cards as a table.
    pub(super) fn products(&self, cards: &[Value]) -> String {
        let mut table = self.table(&["#", "product", "price", "stock", "facts"]);
        for card in cards {
            let option = card["option"].as_u64().map(|number| number.to_string()).unwrap_or_default();
            let price = Cell::new(price(&card["price"])).set_alignment(CellAlignment::Right);
            table.add_row(vec![
                Cell::new(option),
                Cell::new(text(&card["title"])),
                price,
                Cell::new(stock(&card["availability"])),
                Cell::new(facts(&card["attributes"])),
            ]);
        }
        for (column, least) in [(1, 20), (4, 12)] {
            if let Some(column) = table.column_mut(column) {
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
            }
        }
        format!("{table}\n")
    }

    /// A cart as a table with its sum.
    pub(super) fn cart(&self, cart: &Value) -> String {
        let items = cart["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        if items.is_empty() {
            return "The cart is empty.\n".to_owned();
        }
        let mut table = self.table(&["quantity", "product", "each", "together"]);
        for item in items {
            let money = |name: &str| Cell::new(price(&item[name])).set_alignment(CellAlignment::Right);
            let quantity = Cell::new(&item["quantity"]).set_alignment(CellAlignment::Right);
            table.add_row(vec![quantity, Cell::new(text(&item["title"])), money("unit_price"), money("line_total")]);
        }
        format!("{table}\n{}", self.cart_line(cart))
    }

    /// A cart in a line.
    pub(super) fn cart_line(&self, cart: &Value) -> String {
        let pieces = cart["item_count"].as_u64().unwrap_or_default();
        let state = match cart["sync"]["state"].as_str() {
            None | Some("local" | "synced") => String::new(),
            Some(state) => format!(", {}", plain(state)),
        };
        let noun = if pieces == 1 { "piece" } else { "pieces" };
        let line = format!("cart: {pieces} {noun}, {}{state}", price(&cart["subtotal"]));
        format!("{}\n", self.palette.good(&line))
    }

    /// What was unavailable; nothing when all was there.
    pub(super) fn degraded(&self, turn: &Value) -> String {
        let reasons = turn["degraded"].as_array().map(Vec::as_slice).unwrap_or_default();
        if reasons.is_empty() {
            return String::new();
        }
        let reasons: Vec<String> = reasons.iter().map(text).collect();
        format!("{}\n", self.palette.bad(&format!("not available: {}", reasons.join(", "))))
    }

    /// Chips with their numbers.
    pub(super) fn chips(&self, chips: &[Chip]) -> String {
        let mut line = String::new();
        for (number, chip) in (1..).zip(chips) {
            // Writing to a text cannot fail.
            let _ = write!(line, "[{number}] {}  ", plain(&chip.label));
        }
        if line.is_empty() { line } else { format!("{}\n", self.palette.aside(line.trim_end())) }
    }

    fn table(&self, header: &[&str]) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(self.width).set_header(header.iter().map(|name| self.palette.heading(name)));
        table
    }
}

fn text(value: &Value) -> String {
    plain(value.as_str().unwrap_or_default())
}

fn price(money: &Value) -> String {
    money["display"].as_str().map_or_else(|| "on request".to_owned(), plain)
}

fn stock(availability: &Value) -> &'static str {
    match availability.as_str() {
        Some("in_stock") => "in stock",
        Some("out_of_stock") => "out of stock",
        _ => "",
    }
}

/// The most telling attributes: "black, steel, width 120 cm".
fn facts(attributes: &Value) -> String {
    let told = FACTS.iter().filter_map(|name| Some(fact(name, attributes.get(*name)?)));
    told.filter(|fact| !fact.is_empty()).take(MOST_FACTS).collect::<Vec<_>>().join(", ")
}

/// One attribute: texts as they are, numbers with their name and the unit that it ends in.
fn fact(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Array(texts) => texts.iter().map(text).collect::<Vec<_>>().join("/"),
        Value::Number(number) => match name.rsplit_once('_') {
            Some((what, unit @ ("cm" | "kg"))) => format!("{} {number} {unit}", what.replace('_', " ")),
            _ => format!("{number} {name}"),
        },
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn view() -> View {
        View::new(Palette::none(), 100)
    }

    #[test]
    fn cards_are_a_table_of_what_matters() {
        let cards = [
            json!({"option": 1, "title": "Oak desk \u{1b}[2J", "price": {"display": "$129.00"}, "availability": "in_stock",
                   "attributes": {"colour": ["brown", "white"], "width_cm": 120.5, "care": "wipe"}}),
            json!({"option": 2, "title": "Ash desk", "price": null, "availability": "unknown", "attributes": {}}),
        ];
        let table = view().products(&cards);
        let row = table.lines().find(|line| line.contains("Oak")).unwrap();
        for expected in [" 1 ", "Oak desk �[2J", "$129.00", "in stock", "brown/white, width 120.5 cm"] {
            assert!(row.contains(expected), "{expected} is not in {row}");
        }
        assert!(table.contains("on request") && !table.contains("wipe") && !table.contains('\u{1b}'), "{table}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let card = json!({"option": 1, "title": "A very long name of a product ".repeat(5), "price": {"display": "$1.00"},
                          "attributes": {"material": ["steel"]}});
        let view = View::new(Palette::none(), 60);
        for line in view.products(&[card]).lines() {
            assert!(line.chars().count() <= 60, "{line}");
        }
    }

    #[test]
    fn a_cart_says_its_sum() {
        let cart = json!({"items": [{"quantity": 2, "title": "Stool", "unit_price": {"display": "$25.00"}, "line_total": {"display": "$50.00"}}],
                          "item_count": 2, "subtotal": {"display": "$50.00"}, "sync": {"state": "pending"}});
        let text = view().cart(&cart);
        assert!(text.contains("Stool") && text.ends_with("cart: 2 pieces, $50.00, pending\n"), "{text}");
        assert_eq!(view().cart(&json!({"items": []})), "The cart is empty.\n");
    }

    #[test]
    fn chips_have_numbers() {
        let chip = |text: &str| Chip { label: text.to_owned(), message: text.to_owned() };
        assert_eq!(view().chips(&[chip("White"), chip("Cheaper\u{7}")]), "[1] White  [2] Cheaper�\n");
        assert_eq!(view().chips(&[]), "");
    }
}
