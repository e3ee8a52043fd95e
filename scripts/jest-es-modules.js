/** Packages that are only ES modules, which jest cannot `require` as Node does: they are transformed. */
module.exports = ['chokidar', 'readdirp', 'parse-duration'];
