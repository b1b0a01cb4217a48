//! Where things stand, apart from what they say.

use super::{FileFacts, Pos, Text};

impl FileFacts {
    /// The places of everything, in an order that hangs on nothing else.
    pub fn places_mut(&mut self) -> Vec<&mut Pos> {
        let mut places: Vec<&mut Pos> = Vec::new();
        places.extend(self.items.iter_mut().map(|item| &mut item.pos));
        places.extend(self.members.iter_mut().map(|member| &mut member.pos));
        places.extend(self.imports.iter_mut().map(|import| &mut import.pos));
        places.extend(self.impls.iter_mut().map(|block| &mut block.pos));
        places.extend(self.refs.iter_mut().map(|reference| &mut reference.pos));
        places.extend(self.fields.iter_mut().map(|field| &mut field.pos));
        places.extend(self.accesses.iter_mut().map(|access| &mut access.pos));
        places.extend(self.calls.iter_mut().flat_map(|call| [&mut call.pos, &mut call.text_pos]));
        places.extend(self.includes.iter_mut().map(|include| &mut include.pos));
        places.extend(self.literals.iter_mut().map(|literal| &mut literal.pos));
        places.extend(self.loops.iter_mut().map(|each| &mut each.pos));
        places.extend(self.attributes.iter_mut().map(|attribute| &mut attribute.pos));
        places.extend(self.exceptions.iter_mut().flat_map(|e| [&mut e.pos, &mut e.until]));
        places.extend(self.syntax_error.iter_mut().map(|(_, pos)| pos));
        places
    }

    /// The pieces of the file's text that the facts point to, in order.
    pub fn pieces_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        let called = self.calls.iter_mut().map(|call| &mut call.text);
        called.chain(self.macros.iter_mut().map(|rules| &mut rules.text))
    }
}
