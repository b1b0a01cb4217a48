//! Facts take no more memory than they need: they are kept long after the tree they were read from is gone.

use super::FileFacts;

impl FileFacts {
    /// Gives back the room that the lists were given to grow.
    pub fn shrink(&mut self) {
        self.names.shrink_to_fit();
        self.segments.shrink_to_fit();
        self.scopes.shrink_to_fit();
        self.items.shrink_to_fit();
        self.members.shrink_to_fit();
        self.mod_files.shrink_to_fit();
        self.imports.shrink_to_fit();
        self.impls.shrink_to_fit();
        self.refs.shrink_to_fit();
        self.types.shrink_to_fit();
        self.type_lists.shrink_to_fit();
        self.params.shrink_to_fit();
        self.fields.shrink_to_fit();
        self.nodes.shrink_to_fit();
        self.node_lists.shrink_to_fit();
        self.accesses.shrink_to_fit();
        self.macros.shrink_to_fit();
        self.calls.shrink_to_fit();
        self.includes.shrink_to_fit();
        self.literals.shrink_to_fit();
        self.bodies.shrink_to_fit();
        self.closures.shrink_to_fit();
        self.loops.shrink_to_fit();
        self.exits.shrink_to_fit();
        self.attributes.shrink_to_fit();
        self.tables.shrink_to_fit();
        self.aliases.shrink_to_fit();
        self.qualified.shrink_to_fit();
    }
}
