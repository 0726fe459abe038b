-- One reserved or active agent for each place of a city, whatever happens; what was held before is held from its last change.
CREATE UNIQUE INDEX ux_territories_slot ON territories (city_code, slot) WHERE live = 1;
UPDATE territories SET held_from_us = updated_us WHERE state = 'active';
