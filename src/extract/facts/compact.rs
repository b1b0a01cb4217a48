//! Facts take no more memory than they need: they are kept long after the tree they were read from is gone.

use super::FileFacts;

impl FileFacts {
    /// Gives back the room that the lists were given to grow.
    pub fn shrink(&mut self) {
        fit(&mut self.names);
        fit(&mut self.segments);
        fit(&mut self.scopes);
        fit(&mut self.items);
        fit(&mut self.members);
        fit(&mut self.mod_files);
        fit(&mut self.imports);
        fit(&mut self.impls);
        fit(&mut self.refs);
        fit(&mut self.types);
        fit(&mut self.type_lists);
        fit(&mut self.params);
        fit(&mut self.fields);
        fit(&mut self.nodes);
        fit(&mut self.node_lists);
        fit(&mut self.accesses);
        fit(&mut self.macros);
        fit(&mut self.calls);
        fit(&mut self.includes);
        fit(&mut self.literals);
        fit(&mut self.bodies);
        fit(&mut self.closures);
        fit(&mut self.loops);
        fit(&mut self.exits);
        fit(&mut self.attributes);
        fit(&mut self.tables);
        fit(&mut self.aliases);
        fit(&mut self.qualified);
        fit(&mut self.exceptions);
    }
}

/// Moves a list that was given much room to where it fits: allocators leave a block where it is that is half full.
fn fit<T>(list: &mut Vec<T>) {
    if list.capacity() - list.len() > list.len() / 8 {
        let mut fitting = Vec::with_capacity(list.len());
        fitting.append(list);
        *list = fitting;
    }
}
