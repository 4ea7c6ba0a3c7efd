//! `easymart chat`: the assistant in a terminal, over the same HTTP contract as the widget.
//!
//! With a terminal it prompts; with anything else on standard input each line is a message, and the first failure ends it.

mod api;
mod view;

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};

pub use api::Shop;
use api::{Chip, Event, Session};
use view::View;

use crate::console::{Palette, plain};

const HELP: &str =
    "/cart  the cart    /new  a new conversation    /turn  the last turn's id, for `easymart explain`    /quit";

/// What a line on the input asks for.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// To send this.
    Say(String),
    /// The cart.
    Cart,
    /// A new conversation.
    New,
    /// The last turn's id.
    Turn,
    /// What there is to type.
    Help,
    /// Nothing.
    Nothing,
    /// To end.
    Quit,
}

impl Line {
    /// Reads a line: a command, the number of a chip, or a message.
    fn read(line: &str, chips: &[Chip]) -> Self {
        let line = line.trim();
        let chip = line.parse::<usize>().ok().and_then(|number| chips.get(number.checked_sub(1)?));
        match line {
            "" => Self::Nothing,
            "/cart" => Self::Cart,
            "/new" => Self::New,
            "/turn" => Self::Turn,
            "/quit" | "/exit" => Self::Quit,
            _ if line.starts_with('/') => Self::Help,
            _ => Self::Say(chip.map_or(line, |chip| &chip.message).to_owned()),
        }
    }
}

/// A conversation in a terminal.
struct Chat {
    shop: Shop,
    session: Session,
    /// Whether somebody sits there.
    is_attended: bool,
    view: View,
    palette: Palette,
    /// Id of the last turn; empty before the first.
    turn_id: String,
}

/// Talks with `shop` until the input ends.
///
/// # Errors
/// When the shop cannot be reached; for an unattended input also when a message fails.
pub async fn run(shop: Shop) -> anyhow::Result<()> {
    let is_attended = std::io::stdin().is_terminal();
    let palette = Palette::of_stdout();
    let session = shop.open().await?;
    let view = View::new(palette, usize::from(console::Term::stdout().size().1));
    let mut chat = Chat { shop, session, is_attended, view, palette, turn_id: String::new() };
    chat.greet()?;
    chat.listen(BufReader::new(tokio::io::stdin())).await
}

impl Chat {
    fn greet(&self) -> anyhow::Result<()> {
        if self.is_attended {
            say(&format!("{}\n", self.palette.aside(HELP)))?;
        }
        say(&format!("{}\n{}", plain(&self.session.greeting), self.view.chips(&self.session.chips)))
    }

    async fn listen(&mut self, input: impl AsyncBufRead + Unpin) -> anyhow::Result<()> {
        let mut lines = input.lines();
        loop {
            if self.is_attended {
                say(&self.palette.heading("\nyou> "))?;
            }
            let Some(line) = lines.next_line().await? else {
                return Ok(());
            };
            match self.answer(&line).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) if self.is_attended => {
                    say(&format!("{}\n", self.palette.bad(&plain(&format!("{error:#}")))))?
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Does what a line asks for; false: that was the last.
    async fn answer(&mut self, line: &str) -> anyhow::Result<bool> {
        match Line::read(line, &self.session.chips) {
            Line::Nothing => {}
            Line::Quit => return Ok(false),
            Line::Help => say(&format!("{HELP}\n"))?,
            Line::Turn => say(&format!("{}\n", self.turn_id))?,
            Line::Cart => say(&self.view.cart(&self.shop.cart(&self.session).await?))?,
            Line::New => {
                self.session = self.shop.open().await?;
                self.greet()?;
            }
            Line::Say(message) => self.say(&message).await?,
        }
        Ok(true)
    }

    /// Takes a turn and shows it as it happens.
    async fn say(&mut self, message: &str) -> anyhow::Result<()> {
        let mut events = self.shop.say(&self.session, message).await?;
        while let Some(event) = events.next().await? {
            match event {
                Event::Products(products) => say(&self.view.products(&products))?,
                Event::Text(piece) => say(&plain(&piece))?,
                Event::Completed(turn) => return self.complete(&turn),
            }
        }
        anyhow::bail!("the answer broke off")
    }

    fn complete(&mut self, turn: &Value) -> anyhow::Result<()> {
        turn["turn_id"].as_str().unwrap_or_default().clone_into(&mut self.turn_id);
        self.session.chips = Chip::all(turn);
        let cart = turn.get("cart").map(|cart| self.view.cart_line(cart)).unwrap_or_default();
        let degraded = self.view.degraded(turn);
        say(&format!("\n{cart}{degraded}{}", self.view.chips(&self.session.chips)))
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chips() -> Vec<Chip> {
        ["white ones", "cheaper ones"].map(|text| Chip { label: text.to_owned(), message: text.to_owned() }).into()
    }

    #[test]
    fn a_chips_number_sends_it() {
        assert_eq!(Line::read(" 2 ", &chips()), Line::Say("cheaper ones".to_owned()));
        assert_eq!(Line::read("3", &chips()), Line::Say("3".to_owned()));
        assert_eq!(Line::read("0", &chips()), Line::Say("0".to_owned()));
        assert_eq!(Line::read("2 desks", &chips()), Line::Say("2 desks".to_owned()));
    }

    #[test]
    fn commands_begin_with_a_slash() {
        for (line, expected) in [
            ("/cart", Line::Cart),
            ("/new", Line::New),
            ("/turn", Line::Turn),
            ("/quit", Line::Quit),
            ("/what", Line::Help),
            ("  ", Line::Nothing),
        ] {
            assert_eq!(Line::read(line, &chips()), expected, "{line}");
        }
    }
}
